"""The action that tells people: composed in the transaction that writes it down, sent when that is committed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import RuleTrigger, Site
from igny8_lib.notifications.recipients import change_settings
from igny8_lib.notifications.rule_notice import RuleNotice
from igny8_lib.rules.actions.base import Ended
from igny8_lib.rules.actions.kinds import KINDS
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.lib.rules.acting import action_of, airflow_of, doors_of, work_of
from tests.statements import count_statements

TELL = action_of("notify", message="Look at the new keywords.")


@pytest.fixture
def site(session: Session) -> Site:
    site = make_site(session, name="Roses", domain="roses.example")
    change_settings(session, site.account_id, emails=["ops@example.com"])
    return site


def told(sessions: Sessions, site: Site, ended: object) -> tuple[list[RuleNotice], str]:
    """What is sent once the result is committed, and how that is told."""
    assert isinstance(ended, Ended)
    assert ended.after is not None
    sent: list[RuleNotice] = []
    doors = replace(doors_of(sessions, site, airflow_of(site)), tell=lambda notice: sent.append(notice) or "Told.")  # type: ignore[func-returns-value]
    return sent, ended.after(doors)


def test_people_are_told_the_rules_words_and_the_first_of_what_matched(
    session: Session, sessions: Sessions, site: Site
) -> None:
    ids = [each.id for each in make_keywords(session, site, [f"rose {number}" for number in range(12)])]
    work = work_of(session, site, RuleTrigger.KEYWORD_ADDED, ids)
    session.commit()
    ended = KINDS[TELL.type].open(session, work, TELL.params)
    assert isinstance(ended, Ended)
    assert ended.result.status == "completed"
    sent, how = told(sessions, site, ended)
    assert how == "Told."
    assert sent == [
        RuleNotice(
            account_id=site.account_id,
            site_slug=site.slug,
            site_name="Roses",
            domain="roses.example",
            rule_name="Roses",
            kind=sent[0].kind,
            sentence="Look at the new keywords.",
            facts=("12 keywords matched:", *(f"rose {number}" for number in range(10)), "and 2 more"),
        )
    ]


@pytest.mark.parametrize(("number", "first"), [(1, "1 keyword matched:"), (0, None)])
def test_one_item_is_one_and_none_is_not_spoken_of(
    session: Session, sessions: Sessions, site: Site, number: int, first: str | None
) -> None:
    ids = [each.id for each in make_keywords(session, site, number)]
    work = work_of(session, site, RuleTrigger.KEYWORD_ADDED, ids)
    sent, _ = told(sessions, site, KINDS[TELL.type].open(session, work, TELL.params))
    assert next(iter(sent[0].facts), None) == first


def test_where_nobody_is_to_be_told_nothing_is_sent(session: Session) -> None:
    site = make_site(session)
    ended = KINDS[TELL.type].open(session, work_of(session, site, RuleTrigger.SCHEDULE), TELL.params)
    assert isinstance(ended, Ended)
    assert (ended.result.status, ended.after) == ("skipped", None)
    assert "igny8 notifications set" in ended.result.sentence


def test_a_hundred_thousand_matches_are_told_with_as_many_statements_as_one(session: Session, site: Site) -> None:
    ids = [each.id for each in make_keywords(session, site, 1)]
    one, many = (
        work_of(session, site, RuleTrigger.KEYWORD_ADDED, [*ids, *range(10**6, last)]) for last in (0, 1_100_000)
    )
    counts = [
        count_statements(session, lambda work=work: KINDS[TELL.type].open(session, work, TELL.params))  # type: ignore[misc]
        for work in (one, many)
    ]
    assert counts[0] == counts[1] <= 3
