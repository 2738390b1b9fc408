"""Reports and balance on a million entries, half of them one account's, and what they took before the daily rows.

The same questions are asked twice in the same run: as the library does, from daily rows, and round them, as sums over
the ledger and the journal. The sums have to be equal.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.credits.article_costs import article_costs
from igny8_lib.credits.entries import history
from igny8_lib.credits.ledger import available_credits, balance_of
from igny8_lib.credits.periods import Period
from igny8_lib.credits.usage import usage_by
from igny8_lib.credits.usage_sums import Grouping, figures_of_one, key_of_rows
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.models import AICall, LedgerEntry, Site
from tests.bench.bench_credits import milliseconds
from tests.bench.database import bench_database
from tests.bench.report import Report
from tests.factories.sites import make_account, make_site
from tests.factories.volume import fill_ledger

ENTRIES = 1_000_000
ACCOUNTS = 100
CUT = Period(datetime(2026, 1, 20, 6, tzinfo=UTC), datetime(2026, 2, 1, 18, tzinfo=UTC))

Query = Callable[[Session, int], object]


def main() -> None:
    """Print the figures."""
    report = Report("Usage")
    with bench_database() as url:
        engine = make_engine(url)
        with session_factory(engine, PLATFORM)() as session:
            sites = [make_site(session, make_account(session)) for _ in range(ACCOUNTS)]
            session.commit()
            pairs = [(site.account_id, site.id) for site in sites]
        fill_ledger(engine, pairs + [pairs[0]] * (ACCOUNTS - 1), ENTRIES)
        for name, (account_id, _) in (("large_account", pairs[0]), ("usual_account", pairs[1])):
            with session_factory(engine, PLATFORM)() as session:
                figures = {query: milliseconds(session, account_id, work) for query, work in QUERIES.items()}
                report.add(f"million_entries_{name}", **figures)
                report.add(f"usage_before_and_after_{name}", **compared(session, account_id))
        engine.dispose()
    report.show()


def compared(session: Session, account_id: int) -> dict[str, float]:
    """Milliseconds of each report as a sum over entries and requests, and how many times as long that is."""
    figures: dict[str, float] = {}
    for by in Grouping:
        rows = usage_by(session, account_id, by)
        entries, calls = sums_of_all(session, account_id, by)
        assert (sum(row.entries for row in rows), sum(row.ai.calls for row in rows)) == (entries, calls)
        after = milliseconds(session, account_id, partial(usage_by, grouping=by))
        before = milliseconds(session, account_id, partial(sums_of_all, by=by))
        figures |= {f"{by}_as_sum_ms": before, f"{by}_times": round(before / after, 1)}
    summed = milliseconds(session, account_id, sum_of_ledger)
    return figures | {"balance_as_sum_ms": summed}


def sums_of_all(session: Session, account_id: int, by: Grouping) -> tuple[int, int]:
    """The report without daily rows: entries and requests of all groups."""
    key = key_of_rows(LedgerEntry, by)
    charged = select(key, func.count().label("n"), func.sum(-LedgerEntry.amount)).group_by(key)
    charged = charged.where(LedgerEntry.account_id == account_id, LedgerEntry.operation.is_not(None))
    key = key_of_rows(AICall, by)
    asked = select(key, func.count().label("n"), *(func.sum(figure) for figure in figures_of_one())).group_by(key)
    asked = asked.where(AICall.site_id.in_(select(Site.id).where(Site.account_id == account_id)))
    return sum(row.n for row in session.execute(charged)), sum(row.n for row in session.execute(asked))


def sum_of_ledger(session: Session, account_id: int) -> object:
    """The balance's proof as it was."""
    return session.scalar(select(func.sum(LedgerEntry.amount)).where(LedgerEntry.account_id == account_id))


def report_by(by: Grouping, period: Period = Period()) -> Query:  # noqa: B008 - frozen
    """A report as a query of an account."""
    return lambda session, account_id: usage_by(session, account_id, by, period=period)


QUERIES: dict[str, Query] = {
    "available_ms": available_credits,
    "balance_ms": balance_of,
    "history_page_ms": history,
    **{f"usage_by_{by}_ms": report_by(by) for by in Grouping},
    "usage_of_cut_days_ms": report_by(Grouping.OPERATION, CUT),
    "usage_of_thirty_days_ms": report_by(Grouping.DAY, Period(CUT.until and CUT.until - timedelta(days=30))),
    "article_costs_ms": article_costs,
}


if __name__ == "__main__":
    main()
