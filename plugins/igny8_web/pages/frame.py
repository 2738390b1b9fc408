"""What stands around each page: where one is, the tabs, the credits that are there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import balance_of
from igny8_lib.models import Site
from igny8_lib.review.queue import waiting


@dataclass(frozen=True)
class Tab:
    """A page in the line of tabs; the count is what waits for people there."""

    name: str
    path: str
    current: bool = False
    count: int = 0
    what: str = ""


@dataclass(frozen=True)
class Frame:
    """The frame of one page."""

    tabs: tuple[Tab, ...] = ()
    available: Credits | None = None

    @property
    def current_tab(self) -> str:
        """The name of the page that one is on."""
        return next((tab.name for tab in self.tabs if tab.current), "Pages")


SITE_PAGES = (("Dashboard", ""), ("Runs", "/runs"))


def frame_of_site(session: Session, site: Site, current: str) -> Frame:
    """The tabs of a site; two statements."""
    to_review = waiting(session, site.id)
    tabs = tuple(
        Tab(name, f"sites/{site.slug}{path}", name == current, to_review if name == "Content" else 0, "to review")
        for name, path in SITE_PAGES
    )
    return Frame(tabs, balance_of(session, site.account_id).available)
