"""What a task does after each error of the product is what the error says of itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from airflow.sdk.definitions.retry_policy import RetryAction

import igny8_lib.ai.errors
import igny8_lib.airflow_api.client
import igny8_lib.pipeline.process_batch
import igny8_lib.sites.rates  # noqa: F401 - with them come the errors that stand beside their raisers
from dags.igny8_dags.defaults import RETRY_POLICY
from igny8_lib.errors import Igny8Error


def kinds(root: type[Igny8Error] = Igny8Error) -> Iterator[type[Igny8Error]]:
    yield root
    for kind in root.__subclasses__():
        yield from kinds(kind)


def action(error: BaseException) -> RetryAction:
    return RETRY_POLICY.evaluate(error, try_number=1, max_tries=10).action


@pytest.mark.parametrize("kind", sorted(set(kinds()), key=lambda kind: kind.__name__))
def test_a_task_is_tried_again_where_the_error_says_that_it_can_help(kind: type[Igny8Error]) -> None:
    expected = RetryAction.RETRY if kind.retryable else RetryAction.FAIL
    assert action(kind.__new__(kind)) is expected


def test_a_crash_is_tried_again() -> None:
    assert action(ValueError("crash")) is RetryAction.RETRY
