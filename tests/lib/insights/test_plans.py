"""What insights read of a platform with very many runs, results, ideas, tasks, articles and images: index ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.insights.history import history
from igny8_lib.insights.metrics import metrics
from igny8_lib.insights.overview import attention_items, run_statistics
from igny8_lib.insights.run_detail import run_detail
from igny8_lib.insights.run_figures import last_figures
from igny8_lib.models import RunStatus, Site
from igny8_lib.sites.sites import site_by_slug
from tests.conftest import run_on_server, with_database
from tests.factories.sites import make_account, make_site
from tests.query_plans import plans_of

SITES = 50
RUNS = 300
"""Of each site."""
ITEMS = 400
"""Ideas, tasks, articles and images of each site; one in forty stands aside."""
LARGE = {"automation_runs", "stage_results", "content_ideas", "tasks", "content", "images"}

FILL = (
    """
    INSERT INTO automation_runs (account_id, site_id, run_id, run_number, trigger, triggered_by, status, started_at,
        completed_at, total_credits_used, initial_snapshot, stopped_reason, stopped_detail, dag_id, dag_run_id)
    SELECT s.account_id, s.id, 'run_' || n, n, 'scheduled', '', 'completed', CAST(:now AS timestamptz) - begun,
        CAST(:now AS timestamptz) - begun + interval '5 minutes', 1000, '{}',
        CASE WHEN n % 3 = 0 THEN 'nothing_pending' ELSE 'completed' END, 'Done.', 'site__' || s.slug, 'scheduled__' || n
    FROM sites s, generate_series(1, :runs) n, LATERAL (SELECT (:runs - n) * interval '1 day' AS begun) b
    """,
    """
    INSERT INTO stage_results (run_id, stage, site_id, status, started_at, items_total, items_processed, items_created,
        items_failed, credits_used, seconds, details)
    SELECT r.id, n, r.site_id, 'completed', r.started_at, 10, 10, 10, 0, 100, 40, '{}'
    FROM automation_runs r, generate_series(1, 7) n
    """,
    """
    INSERT INTO clusters (site_id, name, normalized, description, status) SELECT id, 'a', 'a', '', 'mapped' FROM sites
    """,
    """
    INSERT INTO content_ideas (site_id, cluster_id, title, normalized, outline, content_type, target_keywords,
        estimated_word_count, status)
    SELECT c.site_id, c.id, n, n, '[]', 'article', '[]', 800, CASE WHEN n % 40 = 0 THEN 'skipped' ELSE 'completed' END
    FROM clusters c, generate_series(1, :items) n
    """,
    """
    INSERT INTO tasks (site_id, idea_id, cluster_id, brief, word_count_target, status)
    SELECT site_id, id, cluster_id, '{}', 800,
        CASE WHEN CAST(normalized AS int) % 40 = 0 THEN 'failed' ELSE 'completed' END
    FROM content_ideas
    """,
    """
    INSERT INTO content (site_id, title, slug, html, meta_title, meta_description, primary_keyword, secondary_keywords,
        tags, categories, word_count, status, site_status, source, sync_status, sync_metadata, internal_links,
        linker_version, optimizer_version, optimization_scores, created_at)
    SELECT s.id, 'a', n, '', '', '', '', '[]', '[]', '[]', 1, 'review', 'not_scheduled', 'igny8', 'native', '{}', '[]',
        0, 0, '{}', CAST(:now AS timestamptz) - (:items - n) * interval '8 hours'
    FROM sites s, generate_series(1, :items) n
    """,
    """
    INSERT INTO images (site_id, content_id, kind, position, prompt, alt_text, status)
    SELECT site_id, id, 'featured', 0, '', '',
        CASE WHEN CAST(slug AS int) % 40 = 0 THEN 'failed' ELSE 'generated' END
    FROM content
    """,
)


@pytest.fixture(scope="module")
def platform(postgres_url: str, template_database: str) -> Iterator[Engine]:
    """50 sites of one account with 300 runs and 400 articles each."""
    name = f"{template_database}_insights"
    run_on_server(postgres_url, f'CREATE DATABASE "{name}" TEMPLATE "{template_database}"')
    engine = make_engine(with_database(postgres_url, name))
    with session_factory(engine, PLATFORM).begin() as session:
        account = make_account(session)
        for number in range(SITES):
            make_site(session, account, slug=f"many-{number}")
    with engine.begin() as connection:
        for statement in FILL:
            connection.execute(text(statement), {"now": datetime.now(UTC), "runs": RUNS, "items": ITEMS})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"VACUUM ANALYZE {', '.join(sorted(LARGE))}"))
    yield engine
    engine.dispose()
    run_on_server(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


ASKED: dict[str, Callable[[Session, Site], object]] = {
    "statistics": run_statistics,
    "attention": attention_items,
    "averages": last_figures,
    "first page": history,
    "last page": lambda session, site: history(session, site, RUNS // 20),
    "page of a status": lambda session, site: history(session, site, status=RunStatus.FAILED),
    "detail": lambda session, site: run_detail(session, site, str(RUNS)),
    "metrics of a site": lambda session, site: metrics(session, [site]),
}


@pytest.mark.parametrize("name", ASKED)
def test_no_question_about_a_site_reads_other_sites_rows(platform: Engine, name: str) -> None:
    with session_factory(platform, PLATFORM)() as session:
        site = site_by_slug(session, "many-7")
    found = plans_of(platform, lambda session: ASKED[name](session, site))
    read = {(node.get("Relation Name"), node["Node Type"]) for node in found}
    assert read & {(table, "Seq Scan") for table in LARGE} == set()


def test_what_stands_aside_is_counted_from_indexes_of_nothing_else(platform: Engine) -> None:
    with session_factory(platform, PLATFORM)() as session:
        site = site_by_slug(session, "many-7")
        found = attention_items(session, site)
    assert (found.skipped_ideas, found.failed_content, found.failed_images) == (10, 10, 10)
    used = {node.get("Index Name") for node in plans_of(platform, lambda session: attention_items(session, site))}
    assert used >= {"ix_content_ideas_skipped", "ix_tasks_failed", "ix_images_failed", "ix_content_site_status"}


def test_a_page_of_runs_is_read_backwards_from_its_index_and_never_sorted(platform: Engine) -> None:
    with session_factory(platform, PLATFORM)() as session:
        site = site_by_slug(session, "many-7")
    found = plans_of(platform, lambda session: history(session, site))
    assert "uq_automation_runs_site_id_run_number" in {node.get("Index Name") for node in found}
    assert not {node["Node Type"] for node in found} & {"Sort", "Incremental Sort"}


def test_articles_of_a_month_are_counted_from_an_index_range(platform: Engine) -> None:
    with session_factory(platform, PLATFORM)() as session:
        site = site_by_slug(session, "many-7")
    found = plans_of(platform, lambda session: metrics(session, [site]))
    assert "ix_content_written" in {node.get("Index Name") for node in found}
