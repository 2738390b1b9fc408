"""Items that are more than a page of them: each is read once."""

from __future__ import annotations

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from igny8_lib.models import Keyword, RuleTrigger, Site
from igny8_lib.rules.documents import Condition
from igny8_lib.rules.reading import PAGE, find_matches
from tests.factories.sites import make_site
from tests.statements import count_statements

BELOW = Condition.model_validate({"field": "volume", "operator": "lt", "value": PAGE + 7})


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session)


def add_keywords(session: Session, site: Site, number: int) -> None:
    texts = [f"keyword {n}" for n in range(number)]
    rows = [
        {"site_id": site.id, "text": text, "normalized": text, "volume": n, "status": "new"}
        for n, text in enumerate(texts)
    ]
    session.execute(insert(Keyword), rows)


def test_many_items_are_read_in_pages_and_none_twice_or_not_at_all(session: Session, site: Site) -> None:
    number = 2 * PAGE + 10
    add_keywords(session, site, number)
    wanted = [BELOW]

    found = find_matches(session, site, RuleTrigger.KEYWORD_ADDED, wanted)
    named = find_matches(session, site, RuleTrigger.KEYWORD_ADDED, wanted, ids=found.ids)

    assert (found.looked_at, len(found.ids), len(set(found.ids))) == (number, PAGE + 7, PAGE + 7)
    assert (named.looked_at, named.ids) == (PAGE + 7, found.ids)
    every = count_statements(session, lambda: find_matches(session, site, RuleTrigger.KEYWORD_ADDED, wanted))
    assert every == 3


def test_a_full_last_page_costs_one_look_more(session: Session, site: Site) -> None:
    add_keywords(session, site, PAGE)

    found = find_matches(session, site, RuleTrigger.KEYWORD_ADDED, [])

    assert (found.looked_at, len(found.samples), len(found.others)) == (PAGE, 20, 0)
