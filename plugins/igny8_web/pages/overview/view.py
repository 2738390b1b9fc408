"""What the overview shows, loaded with a fixed number of statements however many sites there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.insights.history import Pagination
from igny8_lib.insights.metrics import PeriodMetrics, metrics_since
from igny8_lib.insights.periods import common_zone, periods_at
from igny8_lib.insights.site_list import (
    CHOSEN,
    Chosen,
    ListedSite,
    Order,
    arrange,
    load_sites,
    matching,
    most_urgent,
    stage_statuses,
)
from igny8_lib.models import Account
from igny8_lib.sites.access import Person
from igny8_web.pages.frame import Frame, frame_of_account
from igny8_web.pages.overview.funds import Aside, aside_of
from igny8_web.pages.overview.needs import NeedRow, need_row
from igny8_web.pages.overview.rows import COLUMNS, SiteRow, row_of
from igny8_web.pages.tables import Choice, Column, Listing, choices

ON_A_PAGE = 25
NEEDS_SHOWN = 6
NAMES = (
    (Chosen.ALL, "All"),
    (Chosen.RUNNING, "Running"),
    (Chosen.NEEDS_YOU, "Needs you"),
    (Chosen.NOT_SCHEDULED, "Not scheduled"),
)


@dataclass(frozen=True)
class Wish:
    """What the address asks to see."""

    show: Chosen = Chosen.ALL
    sort: Order = Order.LATEST
    text: str = ""
    page: int = 1

    @property
    def listing(self) -> Listing:
        """The same as an address; what is so by itself is left out."""
        sort = "" if self.sort is Order.LATEST else self.sort.value
        page = "" if self.page == 1 else str(self.page)
        return Listing("", {"show": self.show.value, "sort": sort, "q": self.text, "page": page})


@dataclass(frozen=True)
class OverviewView:
    """All sites of somebody."""

    frame: Frame
    wish: Wish
    sites: int
    running: int
    zone: str
    needs: Sequence[NeedRow]
    needing: int
    rows: Sequence[SiteRow]
    page: Pagination
    filters: Sequence[Choice]
    columns: Sequence[Column]
    month: PeriodMetrics
    credits_lately: Credits
    to_review: int
    sites_to_review: int
    aside: Aside
    accounts: bool
    """Whether sites of several accounts are shown, each with its account's name."""

    @property
    def success(self) -> float | None:
        """Percent of the month's runs that completed, of those that completed or failed."""
        ended = self.month.completed_runs + self.month.failed_runs
        return 100 * self.month.completed_runs / ended if ended else None


def view_of(session: Session, person: Person, wish: Wish) -> OverviewView:
    """The view for somebody."""
    sites, now = load_sites(session), clock.now()
    zone = common_zone([site.timezone for site in sites])
    found = matching(sites, wish.text)
    shown, page = cut(arrange(filter(CHOSEN[wish.show], found), wish.sort), wish.page)
    needs = most_urgent(sites)
    counts = {chosen.value: sum(map(fits, found)) for chosen, fits in CHOSEN.items()}
    statuses = stage_statuses(session, shown)
    account = session.get(Account, person.account_id) if person.account_id else None
    month = next(period for period in periods_at(now, zone) if period.name == "month")
    return OverviewView(
        frame=framed(session, account),
        wish=wish,
        sites=len(sites),
        running=sum(site.is_running for site in sites),
        zone=zone,
        needs=[need_row(site, need, person) for site, need in needs[:NEEDS_SHOWN]],
        needing=len(needs),
        rows=[row_of(site, statuses, now) for site in shown],
        page=page,
        filters=choices([(chosen.value, name) for chosen, name in NAMES], counts),
        columns=COLUMNS,
        month=metrics_since(session, [site.id for site in sites], month),
        credits_lately=Credits.total(site.credits_lately for site in sites),
        to_review=sum(site.to_review for site in sites),
        sites_to_review=sum(site.to_review > 0 for site in sites),
        aside=aside_of(session, account, now),
        accounts=person.is_platform_admin,
    )


def cut(sites: Sequence[ListedSite], number: int) -> tuple[Sequence[ListedSite], Pagination]:
    """A page of them; beyond the last page, the last one."""
    last = max(1, -(-len(sites) // ON_A_PAGE))
    page = Pagination(min(number, last), ON_A_PAGE, len(sites))
    start = (page.page - 1) * ON_A_PAGE
    return sites[start : start + ON_A_PAGE], page


def framed(session: Session, account: Account | None) -> Frame:
    """The tabs of the caller's account; an admin of the platform has none of his own."""
    if account is None:
        return Frame()
    frame = frame_of_account(session, account, "Sites")
    return replace(frame, tabs=tuple(replace(tab, current=tab.name == "Sites") for tab in frame.tabs))
