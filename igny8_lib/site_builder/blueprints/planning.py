"""Taking over what the AI planned: its pages, around those that people made or edited."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy.orm import Session

from igny8_lib.models import PageChange, SiteBlueprint, SitePage
from igny8_lib.site_builder.asking.structure import PlannedPage, SiteStructure
from igny8_lib.site_builder.blueprints.finding import find_blueprint, pages_of
from igny8_lib.site_builder.blueprints.page_rows import ONCE, keep_revision, renumber, settle
from igny8_lib.site_builder.documents import MOST_PAGES

LOOK = ("palette", "typography", "personality")


@dataclass(frozen=True)
class Planned:
    """Ids of pages; of those that are planned in the order of the navigation."""

    planned: tuple[int, ...]
    kept: tuple[int, ...]
    removed: tuple[int, ...]


@dataclass(frozen=True)
class WouldReplace:
    """What generating again leaves alone, and what it would put something else for, by name."""

    kept: tuple[str, ...]
    replaced: tuple[str, ...]
    """Pages of these titles go with all their revisions."""


def would_replace(session: Session, blueprint: SiteBlueprint, *, replace: bool) -> WouldReplace:
    """What a planning keeps and removes, by the titles of the pages. Changes nothing."""
    there = pages_of(session, blueprint)
    kept = [page for page in there if stays(page, replace=replace)]
    return WouldReplace(tuple(page.title for page in kept), tuple(page.title for page in there if page not in kept))


def stays(page: SitePage, *, replace: bool) -> bool:
    """Whether a planning leaves the page as it is: where people made or edited it."""
    return bool(page.edited) and not replace


def apply_structure(
    session: Session, blueprint: SiteBlueprint, answer: SiteStructure, *, by: str, replace: bool
) -> Planned:
    """Make drafts of the planned pages, keep those that people made or edited at their places, remove the others.

    A planned page with a kept one's slug is left out, and so is a second home page or blog. Raises NotFound where the
    blueprint is gone.
    """
    row = find_blueprint(session, blueprint.site_id, blueprint.id, lock=True)
    there = pages_of(session, row)
    kept = [(place, page) for place, page in enumerate(there) if stays(page, replace=replace)]
    gone = [page for page in there if not stays(page, replace=replace)]
    removed = tuple(page.id for page in gone)
    for page in gone:
        session.delete(page)
    session.flush()  # before their slugs are taken anew
    new = [draft(row, one) for one in fitting(answer, [page for _, page in kept])]
    order = list(new)
    for place, page in kept:
        order.insert(place, page)
    renumber(order)
    session.add_all(new)
    for page in new:
        keep_revision(session, page, PageChange.PLANNED, by=by)
    take_look(row, answer, replace=replace)
    row.structured_at = func.clock_timestamp()
    row.updated_at = func.clock_timestamp()
    row.revision += 1
    settle(row, has_pages=bool(order))
    session.flush()
    session.refresh(row)
    return Planned(tuple(page.id for page in new), tuple(page.id for _, page in kept), removed)


def fitting(answer: SiteStructure, kept: list[SitePage]) -> list[PlannedPage]:
    """The planned pages that fit beside those that stay, in their order."""
    slugs = {page.slug for page in kept}
    types = {page.type for page in kept} & {*ONCE}
    chosen: list[PlannedPage] = []
    for page in answer.pages:
        if page.slug not in slugs and page.type not in types and len(chosen) + len(kept) < MOST_PAGES:
            chosen.append(page)
            slugs.add(page.slug)
            types |= {page.type} & {*ONCE}
    return chosen


def draft(blueprint: SiteBlueprint, planned: PlannedPage) -> SitePage:
    """A page without a text; its place is given later."""
    return SitePage(
        site_id=blueprint.site_id,
        blueprint_id=blueprint.id,
        position=0,
        slug=planned.slug,
        title=planned.title,
        type=planned.type,
        description=planned.description,
        purpose=planned.purpose,
        sections=[section.model_dump(mode="json") for section in planned.sections],
        blocks=[],
        edited=[],
        revision=1,
    )


def take_look(blueprint: SiteBlueprint, answer: SiteStructure, *, replace: bool) -> None:
    """Take the planned tagline, layout, template and theme where people chose none; a brand colour stays."""
    chosen = () if replace else blueprint.edited
    for name in ("tagline", "layout", "template"):
        if name not in chosen:
            setattr(blueprint, name, getattr(answer, name))
    if "theme" not in chosen:
        blueprint.theme = blueprint.theme | {name: getattr(answer, name) for name in LOOK}
    if replace:
        blueprint.edited = []
