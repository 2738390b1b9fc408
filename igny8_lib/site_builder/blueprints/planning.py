"""Taking over what the AI planned: its pages, around those that people made or edited."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import PageType, SiteBlueprint, SitePage
from igny8_lib.site_builder.asking.structure import SiteStructure

ONCE = (PageType.HOME, PageType.BLOG)


@dataclass(frozen=True)
class Planned:
    """Ids of pages."""

    planned: tuple[int, ...]
    kept: tuple[int, ...]
    removed: tuple[int, ...]


def apply_structure(
    session: Session,
    blueprint: SiteBlueprint,
    answer: SiteStructure,
    *,
    by: str,
    replace: bool,  # noqa: ARG001
) -> Planned:
    """Make the planned pages, keep what people made or edited, remove the others."""
    mine = (SitePage.site_id == blueprint.site_id, SitePage.blueprint_id == blueprint.id)
    there = session.scalars(select(SitePage).where(*mine).order_by(SitePage.position, SitePage.id)).all()
    kept = [page for page in there if page.edited and not replace]
    removed = tuple(page.id for page in there if page not in kept)
    for page in there:
        if page not in kept:
            session.delete(page)
    session.flush()
    slugs, types = {page.slug for page in kept}, {page.type for page in kept}
    new: list[SitePage] = []
    for position, one in enumerate(answer.pages):
        if one.slug in slugs or (one.type in ONCE and one.type in types):
            continue
        new.append(
            SitePage(
                site_id=blueprint.site_id,
                blueprint_id=blueprint.id,
                position=position,
                slug=one.slug,
                title=one.title,
                type=one.type,
                description=one.description,
                purpose=one.purpose,
                sections=[section.model_dump() for section in one.sections],
                blocks=[],
                edited=[],
            )
        )
    session.add_all(new)
    blueprint.structured_at = clock.now()
    session.flush()
    return Planned(tuple(page.id for page in new), tuple(page.id for page in kept), removed)
