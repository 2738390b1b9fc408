"""What a build is to do, and which pages that means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import SiteBlueprint, SiteBuild, SitePage
from igny8_lib.site_builder.blueprints.finding import pages_of

LEAST_PAGES = 5
"""What the AI plans at least, with those that people keep."""
MOST_PAGES = 100
"""Pages that one build writes."""
NOTHING = "Say what is to be done: plan the pages, write some of them, or deploy the site."


@dataclass(frozen=True)
class Wishes:
    """What is asked for."""

    structure: bool = False
    """Plan the pages first."""
    pages: tuple[int, ...] = ()
    """Write these, whether they have a text or not."""
    every_page: bool = False
    """Write all that are there after the planning and have no text."""
    replace: bool = False
    """Plan and write anew what people edited, too."""
    deploy: bool = False

    @classmethod
    def of(cls, build: SiteBuild) -> Wishes:
        """Those of a build whose page steps are there already, or still to be added."""
        return cls(structure=build.structure, every_page=build.every_page, replace=build.replace, deploy=build.deploy)

    @property
    def writes(self) -> bool:
        """Whether pages are to be written."""
        return self.every_page or bool(self.pages)

    def require_said(self) -> None:
        """Raises InvalidInput where nothing is asked for, or things that do not go together."""
        if not (self.structure or self.writes or self.deploy):
            raise InvalidInput(NOTHING)
        if self.pages and self.every_page:
            raise InvalidInput("Name pages, or ask for every page: not both.")
        if self.pages and self.structure:
            raise InvalidInput("Which pages there are is only known after the planning: ask for every page.")
        if len(self.pages) > MOST_PAGES:
            raise InvalidInput(f"Name at most {MOST_PAGES} pages, not {len(self.pages):,}.")


@dataclass(frozen=True)
class Meant:
    """What the wishes mean for the pages that are there now."""

    pages: tuple[SitePage, ...]
    """Those that are written, in the order of the navigation; kept ones only where a planning comes first."""
    planned: int
    """How many more there are at least after the planning, and are written."""

    @property
    def count(self) -> int:
        """How many pages are written, at least."""
        return len(self.pages) + self.planned


def meant(session: Session, blueprint: SiteBlueprint, wishes: Wishes) -> Meant:
    """Which pages the wishes mean; one statement.

    Raises InvalidInput where nothing is asked for or nothing is left to do, NotFound naming pages that the website
    does not have.
    """
    wishes.require_said()
    there = pages_of(session, blueprint)
    if wishes.structure:
        kept = [page for page in there if page.edited and not wishes.replace]
        if not wishes.every_page:
            return Meant((), 0)
        return Meant(without_text(kept), max(LEAST_PAGES - len(kept), 0))
    if wishes.every_page:
        chosen = without_text(there)
        if not chosen and not wishes.deploy:
            raise InvalidInput("No page is left to be written: name those that shall be written anew.")
        return Meant(chosen, 0)
    require_known(wishes.pages, there)
    if not there:
        raise InvalidInput("The website has no pages yet: plan them first, or add some.")
    return Meant(tuple(page for page in there if page.id in wishes.pages), 0)


def without_text(pages: Sequence[SitePage]) -> tuple[SitePage, ...]:
    """Those that nobody has written yet."""
    return tuple(page for page in pages if not page.blocks)


def require_known(ids: Sequence[int], there: Sequence[SitePage]) -> None:
    """Raises NotFound naming pages that are not among those that are there."""
    known = {page.id for page in there}
    missing = [each for each in dict.fromkeys(ids) if each not in known]
    if missing:
        raise NotFound(f"The website has no page {', '.join(map(str, missing[:5]))}: nothing was opened.")
