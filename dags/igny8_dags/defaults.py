"""How tasks behave unless they say otherwise: retried after crashes and temporary trouble, failed at once for good."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy
from airflow.sdk.definitions.retry_policy import RetryAction, RetryRule

from igny8_lib import errors

RETRIES = 20
"""Crashes a task survives. What was finished stays finished, so a retry only does the rest. A stage of unknown length
is worked by one task, which meets all of its crashes."""

ERRORS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.Igny8Error)]

RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=[kind for kind in ERRORS if kind.retryable],
            action=RetryAction.RETRY,
            retry_delay=timedelta(seconds=30),
        ),
        RetryRule(
            exception=[kind for kind in ERRORS if not kind.retryable],
            action=RetryAction.FAIL,
            reason="Trying again cannot help",
        ),
    ],
    default=RetryAction.RETRY,
)
"""The product's errors say of themselves whether trying again can help (`retryable`); everything else is taken for a
crash, which can."""

DEFAULT_ARGS = {
    "retries": RETRIES,
    "retry_delay": timedelta(seconds=2),
    "retry_policy": RETRY_POLICY,
}

RARELY = timedelta(minutes=10)
"""How often Airflow starts by itself what is started as soon as there is work (igny8_dags/starting.py)."""
