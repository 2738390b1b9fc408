"""Ready-made rules: each can be saved as it is, and does something within limits."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from igny8_lib.errors import NotFound
from igny8_lib.models import RuleAction, RuleTrigger
from igny8_lib.rules.checking import check_rule
from igny8_lib.rules.conditions import check_conditions
from igny8_lib.rules.cron import parse
from igny8_lib.rules.documents import RuleDocument
from igny8_lib.rules.ready_made import READY_MADE, ReadyMade, ready_made
from tests.factories.sites import make_site

EACH = pytest.mark.parametrize("rule", READY_MADE, ids=[each.key for each in READY_MADE])


def test_there_is_one_for_each_trigger_under_keys_and_titles_of_their_own() -> None:
    assert sorted(each.document.trigger for each in READY_MADE) == sorted(RuleTrigger)
    assert len({each.key for each in READY_MADE}) == len({each.title for each in READY_MADE}) == len(READY_MADE)


@EACH
def test_its_conditions_and_schedule_can_be_saved_as_they_are(rule: ReadyMade) -> None:
    document = rule.document
    check_conditions(document.trigger, document.conditions)
    if document.trigger is RuleTrigger.SCHEDULE:
        assert parse(document.schedule).warnings == ()
    assert document.name == rule.title
    assert RuleDocument.parse(document.model_dump(mode="json")) == document


def test_all_are_accepted_on_a_site_of_their_own(session: Session) -> None:
    site = make_site(session, slug="blog")
    for each in READY_MADE:
        check_rule(session, site, each.document)


@EACH
def test_it_is_limited_in_executions_and_in_credits_where_it_spends_some(rule: ReadyMade) -> None:
    spends = any(each.type is not RuleAction.NOTIFY for each in rule.document.actions)
    assert 1 <= rule.document.max_executions_per_day <= 10
    assert (rule.document.credit_limit_per_execution > 0) == spends


def test_each_is_found_by_its_key_and_an_unknown_key_names_those_that_there_are() -> None:
    assert [ready_made(each.key) for each in READY_MADE] == list(READY_MADE)
    with pytest.raises(NotFound, match=r"'nothing'\. There are: cluster-new-keywords, "):
        ready_made("nothing")
