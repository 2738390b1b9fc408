"""What rules say, told through Airflow's own notifiers, to the mail server of the runs' ends."""

from __future__ import annotations

import socket

import pytest
from igny8_dags.rule_notices import tell

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site
from igny8_lib.notifications.recipients import change_settings
from igny8_lib.notifications.rule_notice import NoticeKind, RuleNotice
from tests.dags.test_notify import Mailbox, mailbox
from tests.factories.sites import make_site

__all__ = ["mailbox"]


def make_told_site(sessions: Sessions, **wishes: bool) -> Site:
    """A site of an account that wants e-mail."""
    with sessions.begin() as session:
        site = make_site(session, domain="roses.example")
        change_settings(session, site.account_id, emails=["ops@example.com"], smtp_conn_id="mail", **wishes)
        return site


def notice_of(site: Site, kind: NoticeKind = NoticeKind.TOLD) -> RuleNotice:
    """What a rule of the site says."""
    named = {"site_slug": site.slug, "site_name": site.name, "domain": site.domain, "rule_name": "New keywords"}
    return RuleNotice(account_id=site.account_id, kind=kind, sentence="Look at {{ 7 * 7 }} of them.", **named)


def test_what_a_rule_says_is_mailed_as_it_stands(sessions: Sessions, mailbox: Mailbox) -> None:
    site = make_told_site(sessions)
    assert tell(sessions, notice_of(site), patience=300) == "Told by e-mail to 1 address."
    (message,) = mailbox.messages
    assert message["Subject"] == "roses.example: New keywords"
    assert message["X-Rcpt"] == "ops@example.com"
    body = message.get_body()
    assert body is not None
    assert "Look at {{ 7 * 7 }} of them." in body.get_content()


def test_who_wants_no_failures_does_not_hear_of_rules_that_were_switched_off(
    sessions: Sessions, mailbox: Mailbox
) -> None:
    site = make_told_site(sessions, on_failure=False)
    assert tell(sessions, notice_of(site, NoticeKind.SWITCHED_OFF), patience=300).startswith("Nobody was told: ")
    assert mailbox.messages == []


def test_a_channel_that_fails_is_told_and_nothing_is_raised(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_told_site(sessions)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("AIRFLOW_CONN_MAIL", f"smtp://127.0.0.1:{port}?disable_ssl=true&disable_tls=true&retry_limit=1")
    told = tell(sessions, notice_of(site), patience=300)
    assert told.startswith("Nobody was told by e-mail to 1 address: ")


def test_a_database_that_does_not_answer_raises_nothing_either(sessions: Sessions) -> None:
    site = make_told_site(sessions)
    sessions.kw["bind"].dispose()
    broken = type(sessions)(bind=None)
    assert tell(broken, notice_of(site)).startswith("Nobody was told: something unforeseen happened")
