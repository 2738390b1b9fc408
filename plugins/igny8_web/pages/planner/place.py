"""What every page of the planner begins with: the site, its tabs, and what the caller may do here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.models import Cluster, ContentIdea, Keyword, Site
from igny8_lib.sites.access import Action, Person, may
from igny8_web.pages.frame import Frame, Tab, frame_of_site

PAGES = (
    ("Overview", "", None),
    ("Keywords", "/keywords", Keyword),
    ("Clusters", "/clusters", Cluster),
    ("Ideas", "/ideas", ContentIdea),
)
"""The planner's own tabs, and what each of them lists."""


@dataclass(frozen=True)
class Place:
    """Where one is; `path` is below the application."""

    name: str
    zone: str
    path: str
    tabs: tuple[Tab, ...]
    frame: Frame
    may_write: bool
    may_run: bool

    def for_reading(self) -> Place:
        """The same without a button: where something is shown that is changed beside it."""
        return replace(self, may_write=False, may_run=False)


def place_of(session: Session, site: Site, person: Person, current: str) -> Place:
    """The place, in four statements."""
    path = f"sites/{site.slug}/planner"
    counts = [
        select(func.count()).select_from(kind).where(kind.site_id == site.id).scalar_subquery()
        for _, _, kind in PAGES
        if kind is not None
    ]
    totals = dict(zip(PAGES[1:], session.execute(select(*counts)).one(), strict=True))
    tabs = tuple(Tab(page[0], path + page[1], page[0] == current, totals.get(page, 0), "in all") for page in PAGES)
    frame = frame_of_site(session, site, "Planner")
    may_write, may_run = may(person, Action.WRITE_CONTENT), may(person, Action.START_RUNS)
    return Place(site.name, site.timezone, path, tabs, frame, may_write, may_run)
