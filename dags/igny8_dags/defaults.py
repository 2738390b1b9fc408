"""How tasks behave unless they say otherwise: retried after crashes and temporary trouble, failed at once for good."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy
from airflow.sdk.definitions.retry_policy import RetryAction, RetryRule

from igny8_lib import errors

RETRIES = 10
"""Crashes a task survives. What was finished stays finished, so a retry only does the rest. A stage's first tasks meet
most crashes, for the pool's slot goes to their retries before it goes to later batches."""

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.Igny8Error) and kind is not errors.Igny8Error
]
"""The kinds of errors; each says whether trying again can help."""

RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=[kind for kind in KINDS if not kind.retryable],
            action=RetryAction.FAIL,
            reason="Trying again cannot help",
        ),
        RetryRule(
            exception=[kind for kind in KINDS if kind.retryable],
            action=RetryAction.RETRY,
            retry_delay=timedelta(seconds=30),
        ),
    ],
    default=RetryAction.RETRY,
)

DEFAULT_ARGS = {
    "retries": RETRIES,
    "retry_delay": timedelta(seconds=2),
    "retry_policy": RETRY_POLICY,
}
