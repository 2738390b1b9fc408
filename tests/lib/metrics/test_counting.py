"""Counters are sums that only grow; gauges say what is now; both cost a fixed number of statements."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.metrics.counters import COUNTERS, FUNCTIONS, REPAIRS
from igny8_lib.metrics.counting import add_repairs, count
from igny8_lib.metrics.gauges import GAUGES
from igny8_lib.metrics.page import write_page
from igny8_lib.metrics.reading import read_families
from igny8_lib.models import (
    AICall,
    AICallFailure,
    AICallStatus,
    EntryType,
    LedgerEntry,
    MetricBound,
    Operation,
    PublicationStatus,
    RunStatus,
    Site,
    StageResult,
    StageStatus,
)
from igny8_lib.pipeline.reconcile import Repairs
from tests.factories.credits import make_funded_account
from tests.factories.publications import make_failed, make_publication
from tests.factories.runs import make_ended_run
from tests.factories.sites import make_site
from tests.query_plans import plans_of
from tests.statements import count_statements

EARLIER = timedelta(minutes=5)


def figures(session: Session) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """What Prometheus' own parser reads from the answer."""
    text = write_page(read_families(session)).decode()
    found = [each for family in text_string_to_metric_families(text) for each in family.samples]
    return {(each.name, tuple(sorted(each.labels.items()))): each.value for each in found}


def figure(session: Session, name: str, **labels: str) -> float:
    """One value of the answer."""
    return figures(session)[name, tuple(sorted(labels.items()))]


def call(site: Site, number: int, **facts: Any) -> AICall:
    """An answered request of some seconds ago."""
    given = {
        "operation": "generate_ideas",
        "status": AICallStatus.ANSWERED,
        "tokens_in": 100,
        "tokens_cached": 10,
        "tokens_out": 20,
        "provider_cost": Decimal("0.25"),
        "latency_ms": 4_000,
        "attempts": 2,
        "answered_at": clock.now() - timedelta(minutes=1),
    } | facts
    return AICall(
        site_id=site.id, charge_key=f"c{number}", idempotency_key=f"k{number}", model="m", prompt_version="1", **given
    )


@pytest.fixture
def site(sessions: Sessions) -> Site:
    """A site whose account has 1,000 credits; counting began five minutes ago."""
    with sessions.begin() as session:
        session.execute(update(MetricBound).values(counted_until=clock.now() - EARLIER))
        return make_site(session, make_funded_account(session))


def test_every_metric_is_there_with_zeros_before_anything_happened(session: Session) -> None:
    found = figures(session)
    for metric in (*COUNTERS, *GAUGES):
        for name in metric.exported:
            assert any(name == known for known, _ in found), name
    assert found["igny8_ai_requests_total", (("operation", "auto_cluster"), ("result", "answered"))] == 0


def test_a_request_is_counted_once_by_what_became_of_it(sessions: Sessions, site: Site) -> None:
    with sessions.begin() as session:
        session.add_all(call(site, number) for number in range(3))
        session.add(call(site, 9, status=AICallStatus.FAILED, failure=AICallFailure.PROVIDER, latency_ms=None))
        session.add(call(site, 10, status=AICallStatus.PENDING, answered_at=None))
    count(sessions)
    count(sessions)
    of = {"operation": "generate_ideas"}
    with sessions() as session:
        assert figure(session, "igny8_ai_requests_total", result="answered", **of) == 3
        assert figure(session, "igny8_ai_requests_total", result="provider", **of) == 1
        assert figure(session, "igny8_ai_http_requests_total", **of) == 8
        assert figure(session, "igny8_ai_tokens_total", kind="in", **of) == 400
        assert figure(session, "igny8_ai_tokens_total", kind="cached", **of) == 40
        assert figure(session, "igny8_ai_tokens_total", kind="out", **of) == 80
        assert figure(session, "igny8_ai_cost_dollars_total", **of) == 1
        assert figure(session, "igny8_ai_request_seconds_bucket", le="2", **of) == 0
        assert figure(session, "igny8_ai_request_seconds_bucket", le="5", **of) == 3
        assert figure(session, "igny8_ai_request_seconds_bucket", le="+Inf", **of) == 3
        assert figure(session, "igny8_ai_request_seconds_sum", **of) == 12


def test_what_is_removed_later_stays_counted(sessions: Sessions, site: Site) -> None:
    with sessions.begin() as session:
        session.add(call(site, 1))
    count(sessions)
    with sessions.begin() as session:
        session.execute(delete(AICall).where(AICall.site_id == site.id))
    count(sessions)
    with sessions() as session:
        assert figure(session, "igny8_ai_requests_total", operation="generate_ideas", result="answered") == 1


def test_what_commits_late_is_counted_all_the_same(sessions: Sessions, site: Site) -> None:
    with sessions() as late:
        late.add(call(site, 1, answered_at=clock.now()))
        late.flush()
        for _ in range(3):
            count(sessions)
        late.commit()
    with sessions.begin() as session:
        bound = session.scalars(select(MetricBound.counted_until)).one()
        assert bound < session.scalars(select(AICall.answered_at).where(AICall.site_id == site.id)).one()


def test_two_who_count_at_once_count_nothing_twice(sessions: Sessions, site: Site) -> None:
    with sessions.begin() as session:
        session.add_all(call(site, number) for number in range(20))
    together = [threading.Thread(target=count, args=(sessions,)) for _ in range(6)]
    for each in together:
        each.start()
    for each in together:
        each.join()
    count(sessions)
    with sessions() as session:
        assert figure(session, "igny8_ai_requests_total", operation="generate_ideas", result="answered") == 20


def test_runs_and_stages_by_how_they_ended(sessions: Sessions, site: Site) -> None:
    ago = clock.now() - timedelta(minutes=1)
    with sessions.begin() as session:
        run = make_ended_run(session, site, {1: (10, 2, 1), 2: (5, 5, 0)})
        run.completed_at = ago
        session.flush()
        session.execute(update(StageResult).where(StageResult.site_id == site.id).values(finished_at=ago, seconds=42))
        session.execute(
            update(StageResult)
            .where(StageResult.site_id == site.id, StageResult.stage == 2)
            .values(status=StageStatus.SKIPPED)
        )
    count(sessions)
    with sessions() as session:
        assert figure(session, "igny8_runs_ended_total", trigger="manual", reason="completed") == 1
        assert figure(session, "igny8_stage_items_total", stage="1", outcome="processed") == 10
        assert figure(session, "igny8_stage_items_total", stage="1", outcome="failed") == 1
        assert figure(session, "igny8_stage_seconds_bucket", stage="1", le="30") == 0
        assert figure(session, "igny8_stage_seconds_bucket", stage="1", le="60") == 1
        assert figure(session, "igny8_stage_seconds_sum", stage="1") == 42
        assert figure(session, "igny8_stage_seconds_count", stage="2") == 0
        assert figure(session, "igny8_runs_active", status=RunStatus.RUNNING.value) == 0


def test_publications_that_were_given_up_are_counted_and_those_put_off_shown(sessions: Sessions, site: Site) -> None:
    ago = clock.now() - timedelta(minutes=1)
    with sessions.begin() as session:
        make_failed(session, site, next_attempt_at=ago)
        make_failed(session, site, next_attempt_at=ago, cause="publisher_died")
        make_failed(session, site, status=PublicationStatus.WAITING, next_attempt_at=ago)
        make_publication(session, site, published_at=ago)
    count(sessions)
    count(sessions)
    with sessions() as session:
        assert figure(session, "igny8_publications_failed_total", target="wordpress") == 2
        assert figure(session, "igny8_publications_failed_total", target="igny8") == 0
        assert figure(session, "igny8_publications_put_off", target="wordpress") == 1
        assert figure(session, "igny8_published_total", target="wordpress") == 1


def test_credits_are_whole_credits_and_kept_by_kind(sessions: Sessions, site: Site) -> None:
    ago = clock.now() - timedelta(minutes=1)
    with sessions.begin() as session:
        session.add(
            LedgerEntry(
                account_id=site.account_id,
                entry_type=EntryType.USAGE,
                amount=Credits.of("-2.5"),
                idempotency_key="u",
                operation=Operation.CLUSTERING,
                created_at=ago,
            )
        )
    count(sessions)
    with sessions() as session:
        assert figure(session, "igny8_credits_used_total", operation="clustering") == 2.5
        assert figure(session, "igny8_credit_entries_total", entry="usage") == 1
        whole = figure(session, "igny8_credits_balance")
        assert whole > 0
        assert (whole * 2) == int(whole * 2)


def test_the_reconcilers_repairs_are_kept(sessions: Sessions) -> None:
    add_repairs(sessions, Repairs(freed=["run_1: died"], released=3, unscheduled=["blog: no zone"]).as_json())
    add_repairs(sessions, Repairs(freed=["run_2: died"]).as_json())
    with sessions() as session:
        assert figure(session, "igny8_reconciler_repairs_total", kind="freed") == 2
        assert figure(session, "igny8_reconciler_repairs_total", kind="released") == 3
    assert {*REPAIRS, "unscheduled"} == Repairs().as_json().keys()


@pytest.mark.parametrize(("work", "statements"), [(count, 4), (read_families, 2)])
def test_the_number_of_statements_is_fixed(
    engine: Engine, sessions: Sessions, work: Callable[[Any], object], statements: int
) -> None:
    with sessions() as session:
        subject: Any = sessions if work is count else session
        work(subject)
        with sessions.begin() as more:
            make_site(more, make_funded_account(more))
        assert count_statements(engine, lambda: work(subject)) == statements


SMALL = {
    "accounts",
    "automation_rules",
    "credit_balances",
    "domain_events",
    "metric_bound",
    "metric_values",
    "site_leases",
    "sites",
}
"""Tables of which each row is an account, a site or an open thing: read as a whole."""


def test_no_gauge_reads_a_table_that_grows_for_ever(engine: Engine) -> None:
    def read(session: Session) -> None:
        session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
        read_families(session)

    whole = {node["Relation Name"] for node in plans_of(engine, read) if node["Node Type"] == "Seq Scan"}
    assert whole <= SMALL


def test_labels_are_words_of_the_program(session: Session) -> None:
    for metric in (*COUNTERS, *GAUGES):
        assert not {"site", "site_id", "account", "account_id", "run_id"} & set(metric.labels)
        assert all(metric.labels.values()), f"{metric.name} does not say which values its labels have"
        assert len(list(metric.known)) <= 60, f"{metric.name} has too many series"
    assert "generate_images" in FUNCTIONS
    assert session is not None
