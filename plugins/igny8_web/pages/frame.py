"""What stands around each page: where one is, the tabs, the credits that are there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import available_credits
from igny8_lib.models import Account, Site
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
    account: str = ""
    """The slug of the account that the page belongs to."""
    available: Credits | None = None

    @property
    def current_tab(self) -> str:
        """The name of the page that one is on."""
        return next((tab.name for tab in self.tabs if tab.current), "Pages")


SITE_PAGES = (
    ("Dashboard", ""),
    ("Planner", "/planner"),
    ("Content", "/content"),
    ("Linking", "/linking"),
    ("Optimizing", "/optimizing"),
    ("Rules", "/rules"),
    ("Website", "/website"),
    ("Calendar", "/calendar"),
    ("Runs", "/runs"),
    ("Settings", "/settings"),
)


def frame_of_site(session: Session, site: Site, current: str) -> Frame:
    """The tabs of a site; three statements."""
    to_review = waiting(session, site.id)
    tabs = tuple(
        Tab(name, f"sites/{site.slug}{path}", name == current, to_review if name == "Content" else 0, "to review")
        for name, path in SITE_PAGES
    )
    account = session.get_one(Account, site.account_id)
    return Frame(tabs, account.slug, available_credits(session, account.id))


ACCOUNT_PAGES = (("Credits", "credits"), ("Account", "account"))
"""The pages of a whole account, beside its sites."""


def frame_of_account(session: Session, account: Account, current: str) -> Frame:
    """The tabs of an account's pages; one statement. The addresses name the account, as the platform's admins must."""
    pages = [Tab(name, f"{path}?account={account.slug}", name == current) for name, path in ACCOUNT_PAGES]
    return Frame((Tab("Sites", ""), *pages), account.slug, available_credits(session, account.id))
