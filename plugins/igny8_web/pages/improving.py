"""What every page of linking, optimizing, their batches, rules and websites begins with: the site, the tabs, what one
may do."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.models import BatchKind, Site
from igny8_lib.sites.access import Action, Person, may
from igny8_web.pages.frame import Frame, Tab, frame_of_site

LINKING, OPTIMIZING, RULES, WEBSITE = "Linking", "Optimizing", "Rules", "Website"
TABS = {
    LINKING: (
        ("Articles", "/linking"),
        ("Orphans", "/linking/orphans"),
        ("Broken links", "/linking/broken"),
        ("Batches", "/batches?kind=link"),
    ),
    OPTIMIZING: (
        ("Articles", "/optimizing"),
        ("Optimizations", "/optimizing/tasks"),
        ("Batches", "/batches?kind=optimize"),
    ),
    RULES: (("Rules", "/rules"), ("History", "/rules/history")),
    WEBSITE: (
        ("Websites", "/website"),
        ("Versions", "/website/versions"),
        ("Files", "/website/files"),
        ("Settings", "/website/settings"),
    ),
}
"""The tabs of each page of the site, with their addresses below it."""


@dataclass(frozen=True)
class Place:
    """Where one is; `path` is the site's below the application."""

    name: str
    slug: str
    zone: str
    path: str
    page: str
    """Linking, Optimizing, Rules or Website."""
    tabs: tuple[Tab, ...]
    frame: Frame
    may_write: bool
    may_run: bool
    may_manage: bool


def place_of(session: Session, site: Site, person: Person, page: str, current: str = "") -> Place:
    """The place; three statements."""
    path = f"sites/{site.slug}"
    tabs = tuple(Tab(name, path + below, name == current) for name, below in TABS[page])
    allowed = [may(person, action) for action in (Action.WRITE_CONTENT, Action.START_RUNS, Action.MANAGE)]
    frame = frame_of_site(session, site, page)
    return Place(site.name, site.slug, site.timezone, path, page, tabs, frame, *allowed)


def page_of(kind: BatchKind | None) -> str:
    """The page that batches of a kind belong to."""
    return LINKING if kind is BatchKind.LINK else OPTIMIZING
