"""What a rule tells people, in every form it travels in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from igny8_lib.models import NotificationSettings
from igny8_lib.notifications.message import SLACK_HEADER
from igny8_lib.notifications.recipients import Recipients
from igny8_lib.notifications.rule_notice import NoticeKind, RuleNotice, compose, recipients_of_notice
from tests.lib.notifications.test_message import NASTY, outline

NOTICE = RuleNotice(
    account_id=1,
    site_slug="roses",
    site_name="Roses",
    domain="roses.example",
    rule_name="New keywords",
    kind=NoticeKind.TOLD,
    sentence="Look at the new keywords.",
    facts=("2 keywords matched:", "rose bush"),
)
OFF = replace(NOTICE, kind=NoticeKind.SWITCHED_OFF, sentence="It failed five times in a row; last: No AI.", facts=())


def test_every_form_has_the_words_the_facts_and_the_way_to_the_rules() -> None:
    message = compose(NOTICE, pages_url="https://airflow.example/")
    assert message.subject == "roses.example: New keywords"
    for form in (message.text, message.html, str(message.blocks)):
        for fact in ("Look at the new keywords.", "2 keywords matched:", "rose bush"):
            assert fact in form
        assert "https://airflow.example/igny8/sites/roses/rules" in form


def test_a_rule_that_was_switched_off_is_told_so_with_the_reason() -> None:
    message = compose(OFF, pages_url="https://airflow.example")
    assert message.subject == "roses.example: rule “New keywords” was switched off"
    for form in (message.text, message.html, str(message.blocks)):
        assert "It failed five times in a row; last: No AI." in form
    assert "<ul>" not in message.html


@given(name=NASTY, sentence=NASTY, fact=NASTY)
def test_no_text_becomes_markup_a_header_or_a_mention(name: str, sentence: str, fact: str) -> None:
    usual = compose(NOTICE, pages_url="https://airflow.example")
    nasty = replace(NOTICE, rule_name=name, sentence=sentence, facts=(fact, fact), site_name=name)
    message = compose(nasty, pages_url="https://airflow.example")
    assert outline(message.html).elements == outline(usual.html).elements
    assert len(message.subject.splitlines()) == 1
    assert "<!" not in message.slack_text
    plain = [block["text"] for block in message.blocks if "text" in block]
    assert {each["type"] for each in plain} == {"plain_text"}
    assert len(plain[0]["text"]) <= SLACK_HEADER


@pytest.mark.parametrize(
    ("kind", "on_failure", "hears"),
    [(NoticeKind.TOLD, False, True), (NoticeKind.SWITCHED_OFF, True, True), (NoticeKind.SWITCHED_OFF, False, False)],
)
def test_what_a_rule_says_goes_to_everybody_and_its_end_to_those_who_hear_of_failures(
    *, kind: NoticeKind, on_failure: bool, hears: bool
) -> None:
    settings = NotificationSettings(
        account_id=1, emails=["ops@example.com"], smtp_conn_id="mail", on_failure=on_failure
    )
    expected = Recipients(("ops@example.com",), "mail") if hears else Recipients()
    assert recipients_of_notice(settings, kind) == expected
