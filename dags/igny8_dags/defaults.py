"""How tasks behave unless they say otherwise: retried after crashes and temporary trouble, failed at once for good."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy
from airflow.sdk.definitions.retry_policy import RetryAction, RetryRule

from igny8_lib import errors

RETRIES = 10
"""Crashes a task survives. What was finished stays finished, so a retry only does the rest. A stage's first tasks meet
most crashes, for the pool's slot goes to their retries before it goes to later batches."""

RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=[
                errors.PermanentError,
                errors.InvalidInput,
                errors.NotAllowed,
                errors.NotFound,
                errors.Conflict,
                errors.InsufficientCredits,
            ],
            action=RetryAction.FAIL,
            reason="Trying again cannot help",
        ),
        RetryRule(exception=errors.TemporaryError, action=RetryAction.RETRY, retry_delay=timedelta(seconds=30)),
    ],
    default=RetryAction.RETRY,
)

DEFAULT_ARGS = {
    "retries": RETRIES,
    "retry_delay": timedelta(seconds=2),
    "retry_policy": RETRY_POLICY,
}
