import pytest
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import NotificationSettings, RunStatus
from igny8_lib.notifications.recipients import Recipients, change_settings, recipients_of, settings_of
from tests.factories.notifications import make_run_end
from tests.factories.sites import make_account


def settings(**values: object) -> NotificationSettings:
    facts = {"emails": ["ops@example.com"], "smtp_conn_id": "mail", "slack_webhook_conn_id": "slack"}
    return NotificationSettings(**(facts | {"on_completion": True, "on_failure": True} | values))


EVERYBODY = Recipients(("ops@example.com",), "mail", "slack")


@pytest.mark.parametrize(
    ("status", "values", "expected"),
    [
        (RunStatus.COMPLETED, {}, EVERYBODY),
        (RunStatus.COMPLETED, {"on_completion": False}, Recipients()),
        (RunStatus.COMPLETED, {"on_failure": False}, EVERYBODY),
        (RunStatus.FAILED, {}, EVERYBODY),
        (RunStatus.FAILED, {"on_failure": False}, Recipients()),
        (RunStatus.CANCELLED, {}, Recipients()),
        (RunStatus.SKIPPED, {}, Recipients()),
    ],
)
def test_an_account_hears_of_the_ends_it_asked_for(
    status: RunStatus, values: dict[str, object], expected: Recipients
) -> None:
    assert recipients_of(settings(**values), make_run_end(status=status)) == expected


def test_a_dry_run_is_told_to_nobody() -> None:
    assert not recipients_of(settings(), make_run_end(dry_run=True))


def test_an_account_without_settings_tells_nobody(session: Session) -> None:
    account = make_account(session)
    assert not recipients_of(settings_of(session, account.id), make_run_end())


def test_a_change_leaves_what_it_does_not_name(session: Session) -> None:
    account = make_account(session)
    change_settings(session, account.id, emails=["a@example.com", " b@example.com ", "a@example.com"], on_failure=False)
    changed = change_settings(session, account.id, slack_webhook_conn_id="slack_agency")
    assert changed.emails == ["a@example.com", "b@example.com"]
    assert (changed.slack_webhook_conn_id, changed.smtp_conn_id) == ("slack_agency", "smtp_default")
    assert (changed.on_completion, changed.on_failure) == (True, False)


def test_empty_values_clear_what_was_set(session: Session) -> None:
    account = make_account(session)
    change_settings(session, account.id, emails=["a@example.com"], slack_webhook_conn_id="slack", smtp_conn_id="mail")
    cleared = change_settings(session, account.id, emails=[], slack_webhook_conn_id="", smtp_conn_id="")
    assert cleared.emails == []
    assert (cleared.slack_webhook_conn_id, cleared.smtp_conn_id) == (None, "smtp_default")


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c", "a@b.example\nBcc: x@y.example", "Ann <ann@example.com>"])
def test_what_is_no_address_is_refused(session: Session, email: str) -> None:
    account = make_account(session)
    with pytest.raises(InvalidInput, match="is not an e-mail address"):
        change_settings(session, account.id, emails=["ok@example.com", email])


def test_a_webhook_given_for_a_connection_is_refused_without_repeating_it(session: Session) -> None:
    account = make_account(session)
    with pytest.raises(InvalidInput) as refused:
        change_settings(session, account.id, slack_webhook_conn_id="https://hooks.slack.com/services/T0/B0/s3cr3t")
    assert "s3cr3t" not in str(refused.value)
