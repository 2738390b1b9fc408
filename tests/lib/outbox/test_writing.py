"""Writing events down: in the caller's transaction, a row for thousands of items, with what brought them about."""

from __future__ import annotations

from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import RuleTrigger
from igny8_lib.outbox.writing import MOST_ITEMS, write_events
from tests.factories.rules import make_execution, make_rule
from tests.factories.runs import make_run
from tests.factories.sites import make_site
from tests.lib.outbox.written import events_of, items_of
from tests.statements import count_statements

KIND = RuleTrigger.KEYWORD_ADDED


def test_a_hundred_thousand_items_are_twenty_rows_and_one_statement(session: Session) -> None:
    site = make_site(session)
    ids = range(1, 100_001)
    assert count_statements(session, lambda: write_events(session, site.id, KIND, ids)) == 1
    events = events_of(session, site.id)
    assert [len(event.item_ids) for event in events] == [MOST_ITEMS] * 20
    assert items_of(session, site.id, KIND) == list(ids)


def test_where_nothing_was_made_nothing_is_sent(session: Session) -> None:
    site = make_site(session)
    assert count_statements(session, lambda: write_events(session, site.id, KIND, [])) == 0


def test_the_execution_that_started_the_run_is_the_cause_of_what_the_run_makes(session: Session) -> None:
    site = make_site(session)
    execution = make_execution(session, make_rule(session, site))
    of_rule = make_run(session, site, rule_execution_id=execution.id)
    assert count_statements(session, lambda: write_events(session, site.id, KIND, [1], run_id=of_rule.id)) == 1
    of_rule.status, of_rule.stopped_reason = "skipped", "site_busy"  # type: ignore[assignment]
    session.flush()
    write_events(session, site.id, KIND, [2], run_id=make_run(session, site).id)
    write_events(session, site.id, KIND, [3], cause_id=execution.id)
    write_events(session, site.id, KIND, [4])
    assert [event.cause_id for event in events_of(session, site.id)] == [execution.id, None, execution.id, None]


def test_another_site_s_run_is_no_cause(session: Session) -> None:
    site, other = make_site(session), make_site(session)
    theirs = make_run(session, other, rule_execution_id=make_execution(session, make_rule(session, other)).id)
    write_events(session, site.id, KIND, [1], run_id=theirs.id)
    assert [event.cause_id for event in events_of(session, site.id)] == [None]


def test_an_event_goes_with_its_transaction(session: Session, sessions: Sessions) -> None:
    site = make_site(session)
    session.commit()
    write_events(session, site.id, KIND, [1])
    session.rollback()
    with sessions() as later:
        assert events_of(later, site.id) == []
