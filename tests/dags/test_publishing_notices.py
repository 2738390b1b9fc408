"""Failed publications told through Airflow's own notifiers, to the mail server of the runs' ends."""

from __future__ import annotations

from igny8_dags.publishing_notices import tell_failures

from igny8_lib.db.session import Sessions
from igny8_lib.models import PublicationTarget
from igny8_lib.notifications.recipients import change_settings
from igny8_lib.publishing.outcomes import give_up
from igny8_lib.publishing.records import record_of
from tests.dags.test_notify import Mailbox, mailbox
from tests.lib.publishing.static_site import make_due, make_static_site

__all__ = ["mailbox"]


def fail_one(sessions: Sessions, **wishes: bool) -> None:
    """A failed publication of an account that wants e-mail."""
    with sessions.begin() as session:
        site = make_static_site(session, domain="mysite.com")
        change_settings(session, site.account_id, emails=["ops@example.com"], smtp_conn_id="mail", **wishes)
        content = make_due(session, site, title="Roses")
        give_up(record_of(session, content, PublicationTarget.STATIC), "forbidden", "Make the user an author.")


def test_a_failed_publication_is_mailed_once(sessions: Sessions, mailbox: Mailbox) -> None:
    fail_one(sessions)
    assert tell_failures(sessions, patience=300) == 1
    assert tell_failures(sessions, patience=300) == 0
    (message,) = mailbox.messages
    assert message["Subject"] == "mysite.com: 1 article could not be published"
    assert message["X-Rcpt"] == "ops@example.com"
    body = message.get_body()
    assert body is not None
    assert "Make the user an author." in body.get_content()


def test_who_wants_no_failures_hears_of_none(sessions: Sessions, mailbox: Mailbox) -> None:
    fail_one(sessions, on_failure=False)
    assert tell_failures(sessions, patience=300) == 0
    assert mailbox.messages == []
