"""Who is told: each account's own settings. Secrets stay in Airflow connections; here are only their names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import NotificationSettings, RunStatus
from igny8_lib.notifications.run_end import RunEnd

ADDRESS_LENGTH = 254
"""Characters of the longest address that mail can be sent to (RFC 5321 §4.5.3.1.3)."""
MOST_ADDRESSES = 100
ADDRESS = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"()]+")
CONNECTION = re.compile(r"[\w.-]{1,200}")


@dataclass(frozen=True, slots=True)
class Recipients:
    """Where one message goes; empty where nobody wants it."""

    emails: tuple[str, ...] = ()
    smtp_conn_id: str = ""
    slack_webhook_conn_id: str | None = None

    def __bool__(self) -> bool:
        return bool(self.emails or self.slack_webhook_conn_id)


def recipients_of(settings: NotificationSettings, end: RunEnd) -> Recipients:
    """Who hears of this end. Cancelled, skipped and dry runs go to nobody: somebody acted, or nothing was made."""
    wanted = {RunStatus.COMPLETED: settings.on_completion, RunStatus.FAILED: settings.on_failure}
    if end.dry_run or not wanted.get(end.status, False):
        return Recipients()
    return Recipients(tuple(settings.emails), settings.smtp_conn_id, settings.slack_webhook_conn_id)


def settings_of(session: Session, account_id: int) -> NotificationSettings:
    """The account's settings; where it has set none, the defaults (both ends, but to nobody), not yet stored."""
    stored = session.get(NotificationSettings, account_id)
    return stored or NotificationSettings(
        account_id=account_id,
        emails=[],
        smtp_conn_id="smtp_default",
        slack_webhook_conn_id=None,
        on_completion=True,
        on_failure=True,
    )


def change_settings(
    session: Session,
    account_id: int,
    *,
    emails: Sequence[str] | None = None,
    smtp_conn_id: str | None = None,
    slack_webhook_conn_id: str | None = None,
    on_completion: bool | None = None,
    on_failure: bool | None = None,
) -> NotificationSettings:
    """Store what is given; None leaves a field as it is, an empty list or name clears it.

    Raises InvalidInput for too many addresses, for what is no e-mail address or no name of a connection.
    """
    settings = settings_of(session, account_id)
    if emails is not None:
        if len(emails) > MOST_ADDRESSES:
            raise InvalidInput(f"An account tells at most {MOST_ADDRESSES} addresses, not {len(emails):,}.")
        settings.emails = list(dict.fromkeys(check_address(email) for email in emails))
    if smtp_conn_id is not None:
        settings.smtp_conn_id = check_connection(smtp_conn_id) if smtp_conn_id else "smtp_default"
    if slack_webhook_conn_id is not None:
        settings.slack_webhook_conn_id = check_connection(slack_webhook_conn_id) if slack_webhook_conn_id else None
    settings.on_completion = settings.on_completion if on_completion is None else on_completion
    settings.on_failure = settings.on_failure if on_failure is None else on_failure
    session.add(settings)
    session.flush()
    return settings


def check_address(email: str) -> str:
    """The address without surrounding blanks. Raises InvalidInput."""
    if len(email) > ADDRESS_LENGTH or not ADDRESS.fullmatch(email.strip()):
        raise InvalidInput(f"{email[:100]!r} is not an e-mail address.")
    return email.strip()


def check_own_connection(name: str, account: str) -> str:
    """The name of a Slack connection that is the account's by its name. Raises InvalidInput.

    Connections are the platform's, and each may hold somebody else's secret: what an account's own people name is
    `slack_<account>`, or that with something behind it.
    """
    own = f"slack_{account}"
    if name and name != own and not name.startswith(f"{own}_"):
        raise InvalidInput(f"Your account's Slack connection is called {own!r}, or {own + '_'!r} with more behind it.")
    return name


def check_connection(name: str) -> str:
    """The name of an Airflow connection. Raises InvalidInput, without repeating a text that may be a secret."""
    if not CONNECTION.fullmatch(name):
        raise InvalidInput(
            "Give the name of an Airflow connection (letters, digits, _ . -), not its address: the address is a secret "
            "and belongs into the connection."
        )
    return name
