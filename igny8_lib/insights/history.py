"""A site's runs, newest first, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.insights.figures import RunFigures
from igny8_lib.insights.run_figures import figures_of
from igny8_lib.models import AutomationRun, RunStatus, Site

MOST_ON_A_PAGE = 100
LAST_PAGE = 1_000_000
"""Beyond what any site has; a larger number would overflow the database's."""


@dataclass(frozen=True)
class Pagination:
    """Where a page stands; `total_pages` is 0 where there is nothing."""

    page: int
    page_size: int
    total_count: int

    @property
    def total_pages(self) -> int:
        """How many pages of this size there are."""
        return -(-self.total_count // self.page_size)

    def as_json(self) -> dict[str, int]:
        """`pagination` of SPEC §7."""
        return {
            "page": self.page,
            "page_size": self.page_size,
            "total_count": self.total_count,
            "total_pages": self.total_pages,
        }


@dataclass(frozen=True)
class HistoryRun:
    """One run of a page, with the snapshot that it keeps to."""

    figures: RunFigures
    initial_snapshot: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """`runs[]` of SPEC §7."""
        return self.figures.as_json() | {"initial_snapshot": self.initial_snapshot}


@dataclass(frozen=True)
class HistoryPage:
    """A page of runs."""

    runs: tuple[HistoryRun, ...]
    pagination: Pagination

    def as_json(self) -> dict[str, Any]:
        """The answer of `history` in SPEC §7."""
        return {"runs": [run.as_json() for run in self.runs], "pagination": self.pagination.as_json()}


def history(
    session: Session, site: Site, page: int = 1, page_size: int = 20, *, status: RunStatus | None = None
) -> HistoryPage:
    """A page of the site's runs, or of those that stand there; empty beyond the last page.

    Three statements, three more where an active run is on the page. Raises InvalidInput for a page that cannot be.
    """
    check_page(page, page_size)
    chosen = [AutomationRun.site_id == site.id, *([AutomationRun.status == status] if status else [])]
    count = session.scalar(select(func.count()).select_from(AutomationRun).where(*chosen)) or 0
    newest = select(AutomationRun).where(*chosen).order_by(AutomationRun.run_number.desc())
    runs = session.scalars(newest.limit(page_size).offset((page - 1) * page_size)).all()
    figures = figures_of(session, site, runs)
    return HistoryPage(
        tuple(HistoryRun(each, run.initial_snapshot) for each, run in zip(figures, runs, strict=True)),
        Pagination(page, page_size, count),
    )


def count_by_status(session: Session, site: Site) -> dict[RunStatus, int]:
    """How many of the site's runs stand where; one statement."""
    run = AutomationRun
    query = select(run.status, func.count()).where(run.site_id == site.id).group_by(run.status)
    return dict(session.execute(query).all())


def check_page(page: int, page_size: int) -> None:
    """Raises InvalidInput outside 1 to LAST_PAGE, and 1 to MOST_ON_A_PAGE."""
    if not 1 <= page <= LAST_PAGE:
        raise InvalidInput(f"page is a number from 1 to {LAST_PAGE:,}, not {page}.")
    if not 1 <= page_size <= MOST_ON_A_PAGE:
        raise InvalidInput(f"page_size is a number from 1 to {MOST_ON_A_PAGE}, not {page_size}.")
