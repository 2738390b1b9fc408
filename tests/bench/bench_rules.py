"""(k) Automation rules: an idle minute of a thousand rules, and an import of 100,000 keywords that sets rules off."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, func, insert, select

from igny8_lib import clock
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.models import AutomationRule, DomainEvent, ExecutionStatus, RuleExecution, RuleTrigger, Site
from igny8_lib.planner.importing import import_keywords
from igny8_lib.rules.cleaning import remove_old_events
from igny8_lib.rules.consuming import consume
from igny8_lib.rules.queueing import count_open
from igny8_lib.rules.scheduling import start_due
from tests.bench.database import bench_database
from tests.bench.report import Report
from tests.factories.rules import CLUSTER, make_rule
from tests.factories.sites import make_site
from tests.statements import statements_on

SITES = 300
RULES = 1_000
OLD = 50
"""Executions of each rule that are over."""
KEYWORDS = 100_000
CONDITIONS = ("volume", "gte", 500), ("keyword", "contains", "shed"), ("words", "lte", 4)
KILO = 1_024
FOREVER = 3_600.0
Result = TypeVar("Result")


def main() -> None:
    """Measure both on one database, so that the event is consumed beside all those rules."""
    report = Report("Automation rules")
    with bench_database() as url:
        engine = make_engine(url)
        sessions = session_factory(engine, PLATFORM)
        fill(sessions)
        look_idle(report, engine, sessions)
        consume_import(report, engine, sessions)
    report.show()


def fill(sessions: Sessions) -> None:
    """A thousand rules of 300 sites, one in four with a schedule that is not due, and what they did before."""
    with sessions.begin() as session:
        sites = [make_site(session, slug=f"site-{number}") for number in range(SITES)]
        session.flush()
        rules = [rule_row(sites[number % SITES], number) for number in range(RULES)]
        ids = session.execute(insert(AutomationRule).returning(AutomationRule.id, AutomationRule.site_id), rules).all()
        for start in range(0, RULES, 100):
            ended = [ended_row(*row) for row in ids[start : start + 100] for _ in range(OLD)]
            session.execute(insert(RuleExecution), ended)


def rule_row(site: Site, number: int) -> dict[str, Any]:
    """A rule of a site."""
    triggers = [each for each in RuleTrigger if each is not RuleTrigger.SCHEDULE]
    scheduled = number % 4 == 0
    return {
        "site_id": site.id,
        "name": f"Rule {number}",
        "trigger": RuleTrigger.SCHEDULE if scheduled else triggers[number % len(triggers)],
        "conditions": [],
        "actions": [CLUSTER],
        "schedule": "0 6 * * *" if scheduled else "",
        "next_due_at": clock.now() + timedelta(hours=5) if scheduled else None,
        "planned_zone": site.timezone if scheduled else "",
        "created_by": "bench",
    }


def ended_row(rule_id: int, site_id: int) -> dict[str, Any]:
    """An execution that is over."""
    return {
        "site_id": site_id,
        "rule_id": rule_id,
        "rule_name": "Rule",
        "trigger": RuleTrigger.KEYWORD_ADDED,
        "begun_by": "event",
        "status": ExecutionStatus.COMPLETED,
        "finished_at": clock.now(),
        "chain": [rule_id],
        "matched_ids": [1, 2, 3],
        "actions": [CLUSTER],
    }


def look_idle(report: Report, engine: Engine, sessions: Sessions) -> None:
    """What the task `look` does in a minute in which nothing happened."""
    seconds, sent, _ = measured(engine, lambda: look(sessions))
    report.add("idle_minute", rules=RULES, sites=SITES, statements=sent, milliseconds=round(seconds * KILO, 1))


def look(sessions: Sessions) -> int:
    """The same, as the DAG calls it."""
    start_due(sessions)
    consume(sessions)
    remove_old_events(sessions)
    with sessions() as session:
        return count_open(session)


def consume_import(report: Report, engine: Engine, sessions: Sessions) -> None:
    """Import the keywords of one site with three rules, and show the events to them."""
    with sessions.begin() as session:
        site_id = make_site(session, slug="large").id
        site = session.get_one(Site, site_id)
        for field, operator, value in CONDITIONS:
            make_rule(session, site, conditions=[{"field": field, "operator": operator, "value": value}])
    with tempfile.TemporaryDirectory(prefix="igny8-bench-") as folder:
        path = Path(folder) / "export.csv"
        lines = (f"garden {number} {('shed', 'house')[number % 2]},{number % 1_000}" for number in range(KEYWORDS))
        path.write_text("Keyword,Volume\n" + "\n".join(lines))
        seconds, sent, _ = measured(engine, lambda: bring_in(sessions, site_id, path))
    with sessions() as session:
        events = session.scalar(select(func.count()).select_from(DomainEvent).where(DomainEvent.site_id == site_id))
    report.add("import", keywords=KEYWORDS, events=events, statements=sent, seconds=round(seconds, 1))
    before = peak_mb()
    seconds, sent, consumed = measured(engine, lambda: consume(sessions, seconds=FOREVER))
    with sessions() as session:
        mine = select(RuleExecution.matched_ids).where(RuleExecution.site_id == site_id).order_by(RuleExecution.rule_id)
        matched = [len(ids) for ids in session.scalars(mine)]
    report.add(
        "events_consumed",
        events=consumed,
        rules=len(CONDITIONS),
        matched=matched,
        statements=sent,
        seconds=round(seconds, 1),
        peak_mb=round(peak_mb()),
        peak_mb_before=round(before),
    )


def bring_in(sessions: Sessions, site_id: int, path: Path) -> None:
    """Import the file in one transaction."""
    with sessions.begin() as session:
        import_keywords(session, site_id, path)


def measured(engine: Engine, work: Callable[[], Result]) -> tuple[float, int, Result]:
    """Seconds, statements of all sessions on the engine, and what came of it."""
    began = time.monotonic()
    with statements_on(engine) as sent:
        result = work()
    return time.monotonic() - began, len(sent), result


def peak_mb() -> float:
    """The process's memory at its highest, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILO


if __name__ == "__main__":
    main()
