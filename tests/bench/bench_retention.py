"""A year of many sites, a run a day each: what the tables weigh, what the main queries take, what a clean-up costs.

Rows per run are those of a real one (24 tasks, 8 articles, 32 images). IGNY8_BENCH_SITES says how many sites; a hundred
take some 15 GB and an hour on a small machine, and all but the sizes is read as well from ten.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from igny8_lib.credits.usage import Grouping, usage_by
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.insights.run_detail import run_detail
from igny8_lib.models import AutomationRun, Site
from igny8_lib.pipeline.activity import latest
from igny8_lib.pipeline.progress import progress_of
from igny8_lib.retention.clean_up import Cleaner
from igny8_lib.retention.watch import Watch
from igny8_lib.settings import Settings
from tests.bench.database import bench_database
from tests.bench.report import Report
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site

SITES = int(os.environ.get("IGNY8_BENCH_SITES", "10"))
DAYS = 365
REPEATS = 5
TABLES = ("automation_runs", "stage_results", "stage_items", "run_events", "ai_calls")
RUNS = """
INSERT INTO automation_runs (account_id, site_id, run_id, run_number, trigger, triggered_by, status, started_at,
    completed_at, total_credits_used, initial_snapshot, stopped_reason, stopped_detail, dag_id, dag_run_id)
SELECT s.account_id, s.id, 'run_' || day, :days - day + 1, 'scheduled', '', 'completed', at, at + interval '1 hour',
    100, CAST(:snapshot AS jsonb), 'completed', 'Done.', 'site__' || s.slug, 'scheduled__' || day
FROM sites s, generate_series(:days, 1, -1) day, LATERAL (SELECT now() - make_interval(days => day) AS at) t
ORDER BY day DESC, s.id
"""
STAGES = """
INSERT INTO stage_results (run_id, stage, site_id, status, started_at, finished_at, items_total, items_processed,
    items_created, items_failed, credits_used, seconds, details)
SELECT id, stage, site_id, 'completed', started_at, completed_at, 41, 41, 8, 0, 14, 60, '{}'
FROM automation_runs, generate_series(1, 7) stage ORDER BY id, stage
"""
ITEMS = """
INSERT INTO stage_items (run_id, stage, position, site_id, item_id, batch, request, state, created, counts, finished_at)
SELECT id, 1 + n % 7, n / 7 + 1, site_id, n, n / 70, n / 7, 'done', 1, '{"words": 800}', completed_at
FROM automation_runs, generate_series(0, 285) n ORDER BY id, n
"""
EVENTS = """
INSERT INTO run_events (run_id, site_id, at, stage, level, actor, message)
SELECT id, site_id, started_at, 1 + n % 7, 'info', '', 'A stage went on with its next batch: line ' || n
FROM automation_runs, generate_series(1, 24) n ORDER BY id, n
"""
CALLS = """
INSERT INTO ai_calls (site_id, run_id, stage, request, charge_key, idempotency_key, operation, model, prompt_version,
    status, tokens_in, tokens_cached, tokens_out, latency_ms, attempts, answer, created_at, sent_at, answered_at)
SELECT site_id, id, 1 + n % 7, n, 'run/' || id || '/' || n, 'run/' || id || '/' || n || '/1', 'content_generation',
    'gpt-4.1-mini', 'v1', 'answered', 900, 0, 700, 9000, 1,
    jsonb_build_object('text', (SELECT string_agg(md5(id || '/' || n || '/' || k), ' ') FROM generate_series(1, 30) k)),
    started_at, started_at, started_at
FROM automation_runs, generate_series(1, 61) n ORDER BY id, n
"""


def main() -> None:
    """Print the figures."""
    report = Report(f"A year of {SITES} sites")
    with bench_database() as url:
        engine = make_engine(url)
        sessions = session_factory(engine, PLATFORM)
        fill(engine, sessions)
        sizes(report, engine, "before")
        queries(report, sessions, "before")
        for part in ("run_details", "ai_answers"):
            clean(report, engine, sessions, part)
        sizes(report, engine, "after")
        maintain(engine, "VACUUM ANALYZE")
        queries(report, sessions, "after")
        maintain(engine, "VACUUM FULL")
        sizes(report, engine, "after VACUUM FULL")
        engine.dispose()
    report.show()


def fill(engine: Engine, sessions: Sessions) -> None:
    """The year, by one statement per table."""
    with sessions.begin() as session:
        account = make_funded_account(session)
        for _ in range(SITES):
            make_site(session, account)
    with engine.begin() as connection:
        connection.execute(text(RUNS), {"days": DAYS, "snapshot": '{"ideas_per_cluster": 7, "stages": {}}'})
        for statement in (STAGES, ITEMS, EVENTS, CALLS):
            connection.execute(text(statement))
    maintain(engine, "VACUUM ANALYZE")


def maintain(engine: Engine, how: str) -> None:
    """As autovacuum would, now."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in TABLES:
            connection.execute(text(f"{how} {table}"))


def sizes(report: Report, engine: Engine, when: str) -> None:
    """Rows, megabytes with indexes, and rows that are dead."""
    with engine.connect() as connection:
        for table in TABLES:
            rows = connection.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - names of ours
            size = connection.scalar(text("SELECT pg_total_relation_size(:name)"), {"name": table})
            report.add(f"{table} {when}", rows=rows, megabytes=round(int(size or 0) / 1e6, 1))


def queries(report: Report, sessions: Sessions, when: str) -> None:
    """The main pages' queries on one of the sites, median of some."""
    with sessions() as session:
        site = session.scalars(select(Site).order_by(Site.id)).first()
        if site is None:
            raise AssertionError("unreachable: sites were made")
        runs = session.scalars(select(AutomationRun).where(AutomationRun.site_id == site.id)).all()
        works: dict[str, Callable[[], Any]] = {
            "page of a young run": partial(run_detail, session, site, runs[-1].run_id),
            "progress of a young run": partial(progress_of, session, runs[-1]),
            "progress of an old run": partial(progress_of, session, runs[0]),
            "log of a young run": partial(latest, session, runs[-1]),
            "usage by operation": partial(usage_by, session, site.account_id, Grouping.OPERATION),
        }
        for name, work in works.items():
            report.add(f"{name} {when}", milliseconds=round(median(timed(session, work) for _ in range(REPEATS)), 1))


def timed(session: Session, work: Callable[[], object]) -> float:
    """Milliseconds."""
    session.expire_all()
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def clean(report: Report, engine: Engine, sessions: Sessions, part: str) -> None:
    """One part of all that has piled up: rows a second, and what a day more takes then."""
    cleaner = Cleaner(sessions, Settings(_env_file=None))
    start = time.perf_counter()
    rows = cleaner.clean_up(Watch(86_400), only=[part]).done[0].rows
    seconds = time.perf_counter() - start
    report.add(f"{part}: a year", rows=rows, seconds=round(seconds, 1), rows_per_second=round(rows / seconds))
    with engine.begin() as connection:  # a day passes
        connection.execute(text("UPDATE retention_marks SET answers_until = answers_until - interval '1 day'"))
    moved = Settings(_env_file=None, keep_run_details_days=89, keep_ai_answers_days=29)
    start = time.perf_counter()
    rows = Cleaner(sessions, moved).clean_up(Watch(86_400), only=[part]).done[0].rows
    report.add(f"{part}: a day", rows=rows, seconds=round(time.perf_counter() - start, 2))


if __name__ == "__main__":
    main()
