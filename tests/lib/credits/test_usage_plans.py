"""The plans of balance, history and usage reports on a large ledger: index scans only, whatever the clock says."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, and_, func, or_, select, text

from igny8_lib.ai.metered_call import Charge
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.article_costs import article_costs
from igny8_lib.credits.budgets import Budget, spent_by_run
from igny8_lib.credits.costs import DEFAULT_COSTS
from igny8_lib.credits.entries import EVERYTHING, EntryFilter, history, page_of
from igny8_lib.credits.ledger import available_credits, balance_of
from igny8_lib.credits.reservations import expire, release_run
from igny8_lib.credits.usage import Grouping, Period, usage_by
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.models import EntryType, LedgerEntry, Operation, RunSpending
from igny8_lib.pipeline.spending import allow
from tests.conftest import run_on_server, with_database
from tests.factories.sites import make_account, make_site
from tests.factories.volume import fill_ledger
from tests.query_plans import plans_of, rows_read
from tests.run_spending import AI_DAYS_AGAINST_SUMS, DAYS_AGAINST_SUMS, SPENDING_AGAINST_SUMS
from tests.statements import count_statements

ENTRIES = 200_000
ACCOUNTS = 200
LARGE = {"credit_ledger", "ai_calls"}
MAY = Period(datetime(2026, 1, 20, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def large(postgres_url: str, template_database: str) -> Iterator[tuple[Engine, int, int]]:
    """A database with 200,000 entries of 200 accounts: engine, one account, its site."""
    name = f"{template_database}_large"
    run_on_server(postgres_url, f'CREATE DATABASE "{name}" TEMPLATE "{template_database}"')
    engine = make_engine(with_database(postgres_url, name))
    with session_factory(engine, PLATFORM)() as session:
        sites = [make_site(session, make_account(session)) for _ in range(ACCOUNTS)]
        session.commit()
        pairs = [(site.account_id, site.id) for site in sites]
    fill_ledger(engine, pairs, ENTRIES)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO content (site_id, title, slug, html, meta_title, meta_description, primary_keyword,"
                " secondary_keywords, tags, categories, word_count, status, site_status, source, sync_status,"
                " sync_metadata, internal_links, linker_version, optimizer_version, optimization_scores)"
                " SELECT :site, 'a', n, '', '', '', '', '[]', '[]', '[]', 1, 'review', 'not_scheduled', 'igny8',"
                " 'native', '{}', '[]', 0, 0, '{}' FROM generate_series(1, 200) n"
            ),
            {"site": pairs[0][1]},
        )
    yield engine, *pairs[0]
    engine.dispose()
    run_on_server(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def scans(found: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """How the large tables are read: kind of scan and index."""
    return {
        (node["Node Type"], node.get("Index Name", ""))
        for node in found
        if node.get("Relation Name") in LARGE and node["Node Type"] != "ModifyTable"
    } | {(node["Node Type"], node["Index Name"]) for node in found if node["Node Type"] == "Bitmap Index Scan"}


@pytest.mark.parametrize("grouping", Grouping)
@pytest.mark.parametrize("period", [Period(), MAY], ids=["always", "a while"])
def test_a_usage_report_of_whole_days_reads_their_rows_and_neither_ledger_nor_journal(
    large: tuple[Engine, int, int], grouping: Grouping, period: Period
) -> None:
    engine, account_id, _ = large
    found = plans_of(engine, lambda session: usage_by(session, account_id, grouping, period=period))
    assert {node.get("Relation Name") for node in found} & LARGE == set()
    assert {node["Index Name"] for node in found if "usage_days" in node.get("Index Name", "")} == {
        "pk_credit_usage_days",
        "ix_ai_usage_days_place",
    }


def test_a_report_that_cuts_days_reads_the_entries_and_requests_of_the_first_and_the_last_day_alone(
    large: tuple[Engine, int, int],
) -> None:
    engine, account_id, site_id = large
    period = Period(datetime(2026, 1, 20, 6, tzinfo=UTC), datetime(2026, 2, 1, 18, tzinfo=UTC))
    ends = [Period(datetime(2026, 1, 20, 6, tzinfo=UTC), datetime(2026, 1, 21, tzinfo=UTC))]
    ends.append(Period(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 1, 18, tzinfo=UTC)))
    with session_factory(engine, PLATFORM)() as session:
        conditions = [or_(*(and_(*end.holds(LedgerEntry.created_at)) for end in ends))]
        mine = select(func.count()).where(LedgerEntry.account_id == account_id, *conditions)
        cut = session.scalar(mine)
        (row,) = usage_by(session, account_id, Grouping.SITE, period=period)
        every = select(func.count()).where(LedgerEntry.account_id == account_id, *period.holds(LedgerEntry.created_at))
        assert row.entries == row.ai.calls == session.scalar(every)
    for site in (None, site_id):
        report = partial(usage_by, account_id=account_id, grouping=Grouping.DAY, period=period, site_id=site)
        found = plans_of(engine, lambda session, ask=report: ask(session), carried_out=True)
        assert 0 < rows_read(found, "credit_ledger") == rows_read(found, "ai_calls") == cut
        assert {kind for kind, _ in scans(found)} <= {
            "Index Only Scan",
            "Index Scan",
            "Bitmap Index Scan",
            "Bitmap Heap Scan",
        }


@pytest.mark.parametrize("entries", [2_000, 40_000])
def test_a_report_reads_as_many_rows_however_many_entries_its_days_have(engine: Engine, entries: int) -> None:
    with session_factory(engine, PLATFORM)() as session:
        site = make_site(session, make_account(session))
        session.commit()
        account_id, pair = site.account_id, (site.account_id, site.id)
    fill_ledger(engine, [pair], entries, per_run=10**6)
    for grouping in Grouping:
        found = plans_of(engine, lambda session, by=grouping: usage_by(session, account_id, by), carried_out=True)
        days = 70 * 5  # of five operations each
        assert rows_read(found, "credit_usage_days") == rows_read(found, "ai_usage_days") == pytest.approx(days, abs=5)
        assert rows_read(found, *LARGE) == 0
    with session_factory(engine, PLATFORM)() as session:
        assert count_statements(engine, lambda: usage_by(session, account_id, Grouping.OPERATION)) == 3
        assert session.execute(text(DAYS_AGAINST_SUMS)).one().wrong == 0
        assert session.execute(text(AI_DAYS_AGAINST_SUMS)).one().wrong == 0


def test_the_balance_and_its_proof_are_one_row_each(large: tuple[Engine, int, int]) -> None:
    engine, account_id, _ = large
    found = plans_of(engine, lambda session: balance_of(session, account_id), carried_out=True)
    assert scans(found) == {("Index Scan", "ix_credit_ledger_account")}
    assert rows_read(found, "credit_ledger") == 1
    assert scans(plans_of(engine, lambda session: available_credits(session, account_id))) == set()


def test_a_page_of_history_is_read_backwards_from_its_index(large: tuple[Engine, int, int]) -> None:
    engine, account_id, _ = large
    found = plans_of(engine, lambda session: history(session, account_id, before=150_000))
    assert scans(found) == {("Index Scan", "ix_credit_ledger_account")}
    assert "Sort" not in {node["Node Type"] for node in found}


def test_articles_find_their_charges_and_requests_by_index(large: tuple[Engine, int, int]) -> None:
    engine, account_id, _ = large
    found = plans_of(engine, lambda session: article_costs(session, account_id))
    assert {index for _, index in scans(found) if index} == {"ix_credit_ledger_related", "ix_ai_calls_charge"}
    assert "Seq Scan" not in {kind for kind, _ in scans(found)}


def test_whether_a_run_may_spend_reads_its_few_rows_and_never_the_ledger(large: tuple[Engine, int, int]) -> None:
    engine, account_id, _ = large
    budget = Budget.open(Credits.of(10**6), ZERO, DEFAULT_COSTS.shares)
    charge = Charge("new", Operation.CONTENT_GENERATION, Credits.of(1))
    found = plans_of(engine, lambda session: allow(session, account_id, 7, budget, charge))
    assert scans(found) == set()
    used = {node.get("Relation Name"): node.get("Index Name") for node in found if "Relation Name" in node}
    assert used["credit_run_spending"] == "pk_credit_run_spending"
    assert set(used) == {"credit_run_spending", "credit_balances", "credit_reservations"}


@pytest.mark.parametrize("entries", [500, 60_000])
def test_asking_whether_a_run_may_spend_takes_as_many_statements_and_rows_however_much_it_did(
    engine: Engine, entries: int
) -> None:
    with session_factory(engine, PLATFORM)() as session:
        site = make_site(session, make_account(session))
        session.commit()
        account_id, pair = site.account_id, (site.account_id, site.id)
    fill_ledger(engine, [pair], entries, per_run=10**6)
    budget = Budget.open(Credits.of(10**6), ZERO, DEFAULT_COSTS.shares)
    charge = Charge("new", Operation.CONTENT_GENERATION, Credits.of(1))
    with session_factory(engine, PLATFORM)() as session:
        assert count_statements(engine, lambda: allow(session, account_id, 0, budget, charge)) == 3
        assert Credits.total(spent_by_run(session, account_id, 0).values()) == Credits.of(2 * entries)
        rows = session.scalars(select(RunSpending).where(RunSpending.run_id == 0)).all()
        assert session.execute(text(SPENDING_AGAINST_SUMS)).one().wrong == 0
    assert {(row.stage, row.settled) for row in rows} == {(n, Credits.of(2 * entries // 5)) for n in (1, 2, 4, 5, 6)}


def test_the_reaper_and_the_release_of_a_run_touch_pending_reservations_only(large: tuple[Engine, int, int]) -> None:
    engine, _, _ = large
    found = plans_of(engine, lambda session: (expire(session, datetime.now(UTC)), release_run(session, 1)))
    assert scans(found) == set()


def test_the_figures_of_the_large_ledger_are_right(large: tuple[Engine, int, int]) -> None:
    engine, account_id, _ = large
    with session_factory(engine, PLATFORM)() as session:
        rows = usage_by(session, account_id, Grouping.OPERATION)
        balance = balance_of(session, account_id)
    assert sum(row.entries for row in rows) == sum(row.ai.calls for row in rows) == ENTRIES // ACCOUNTS
    assert Credits.total(row.credits for row in rows) == Credits.of(2 * ENTRIES // ACCOUNTS)
    assert balance.balance == balance.ledger_sum


SELDOM = {
    "grants": (EntryFilter(EntryType.GRANT), "ix_credit_ledger_seldom"),
    "linking": (EntryFilter(operation=Operation.LINKING), "ix_credit_ledger_seldom_work"),
    "a run": (EntryFilter(run_id=3), "ix_credit_ledger_run"),
}


@pytest.mark.parametrize("name", SELDOM)
def test_what_is_seldom_in_a_ledger_is_found_by_an_index_of_its_own(large: tuple[Engine, int, int], name: str) -> None:
    engine, account_id, _ = large
    chosen, index = SELDOM[name]
    found = plans_of(engine, lambda session: page_of(session, account_id, 1, 25, chosen=chosen))
    assert {used for _, used in scans(found) if used} == {index}


def test_a_page_of_the_ledger_is_two_statements_that_read_no_more_than_is_counted(
    large: tuple[Engine, int, int],
) -> None:
    engine, account_id, site_id = large
    with session_factory(engine, PLATFORM)() as session:
        for chosen in (EVERYTHING, EntryFilter(site_id=site_id), EntryFilter(period=MAY)):
            sent = count_statements(session, partial(page_of, session, account_id, 1, 25, chosen=chosen))
            assert sent == 2
    found = plans_of(engine, lambda session: page_of(session, account_id, 1, 25))
    assert "Seq Scan" not in {kind for kind, _ in scans(found)}
