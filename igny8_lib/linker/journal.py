"""The record of links that were put into articles, and what became of them there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.linker.splicing import Fate, Link, clean_href, find, read_links
from igny8_lib.models import Content, ContentVersion, PlacedLink, VersionKind
from igny8_lib.text.html import plain_text
from igny8_lib.text.normalisation import normalise

TAKEN_OUT = "people took it out"
"""Why a link is gone that nobody undid: the Linker puts none to its target into that article again by itself."""
REWORDED = "people gave its address other words"
REDIRECTED = "people let its words lead elsewhere"
WRITTEN_ANEW = "the article was written anew"
REASONS = {Fate.GONE: TAKEN_OUT, Fate.REWORDED: REWORDED, Fate.REDIRECTED: REDIRECTED}
"""Why a link is no longer the Linker's, by what became of it: it is left as people want it."""
LOST = (*REASONS.values(), WRITTEN_ANEW)
"""Why links are gone that the Linker did not take out."""


@dataclass(frozen=True, slots=True)
class Met:
    """A link of the record, and how its article's HTML has it."""

    placed: PlacedLink
    fate: Fate
    link: Link | None
    """Where it is; None where it is not there as it was put in."""


def meet(html: str, placed: Sequence[PlacedLink]) -> list[Met]:
    """What became of each of them in this HTML; no link is taken for two of them, and the first comes first."""
    links, met = read_links(html), []
    for each in placed:
        fate, link = find(links, clean_href(each.href), plain_text(each.anchor), each.offset)
        met.append(Met(each, fate, link))
        links = [other for other in links if other is not link]
    return met


def refresh(session: Session, content: Content) -> list[Met]:
    """Hold the record of a locked article against its text: those links that are there, as they are there.

    What people took out or changed is noted as gone, what they brought back (an older version restored) as there.
    """
    mine = (PlacedLink.site_id == content.site_id, PlacedLink.content_id == content.id, is_not_undone())
    query = select(PlacedLink).where(*mine).order_by(PlacedLink.removed_at.is_not(None), PlacedLink.id.desc())
    there, lost = [], []
    for met in meet(content.html, session.scalars(query.execution_options(populate_existing=True)).all()):
        if met.link is not None:
            reopen(met.placed, met.link)
            there.append(met)
        elif met.placed.removed_at is None:
            lost.append(met)
    written = last_written(session, content) if lost else None
    for met in lost:
        close(met.placed, by="", why=why_lost(met, written))
    tell(content, there)
    session.flush()
    return there


def is_not_undone() -> ColumnElement[bool]:
    """The condition on links of the record that are there, or that others than the Linker took out or changed."""
    return or_(PlacedLink.removed_at.is_(None), PlacedLink.removed_why.in_(LOST))


def reopen(placed: PlacedLink, link: Link) -> None:
    """Note that a link is there, and where."""
    placed.offset = link.start
    placed.removed_at = placed.removed_by = placed.removed_why = None


def close(placed: PlacedLink, *, by: str, why: str) -> None:
    """Note that a link is gone."""
    placed.removed_at, placed.removed_by, placed.removed_why = clock.now(), by, why


def tell(content: Content, there: Sequence[Met]) -> None:
    """Let the article say which links of the Linker it has, in the order of its text; nothing is written where it says
    so already."""
    told = [document(each.placed) for each in sorted(there, key=lambda each: each.placed.offset)]
    if content.internal_links != told:
        content.internal_links = told


def document(placed: PlacedLink) -> dict[str, Any]:
    """A link as its article says it: `offset` counts the characters of its HTML, `score` is from 0 to 100."""
    return {
        "anchor": placed.anchor,
        "href": placed.href,
        "target": placed.target_id,
        "offset": placed.offset,
        "score": placed.score,
        "why": placed.why,
    }


def last_written(session: Session, content: Content) -> datetime | None:
    """When the AI wrote the article anew for the last time; None where it never did."""
    mine = (ContentVersion.site_id == content.site_id, ContentVersion.content_id == content.id)
    query = select(func.max(ContentVersion.made_at)).where(*mine, ContentVersion.kind == VersionKind.REGENERATED)
    return session.scalar(query)


def why_lost(met: Met, written: datetime | None) -> str:
    """Why a link is not there as it was put in, in an article that was written anew at `written`."""
    return WRITTEN_ANEW if written is not None and written >= met.placed.placed_at else REASONS[met.fate]


def targets_taken_out(session: Session, content: Content) -> set[int]:
    """The articles to which people took a link out of this one, as far as its record and its text tell."""
    mine = (PlacedLink.site_id == content.site_id, PlacedLink.content_id == content.id)
    noted = or_(PlacedLink.removed_at.is_(None), PlacedLink.removed_why == TAKEN_OUT)
    met = meet(content.html, session.scalars(select(PlacedLink).where(*mine, noted)).all())
    gone = [each for each in met if each.fate is Fate.GONE]
    written = last_written(session, content) if gone else None
    found = {each.placed.target_id for each in gone if why_lost(each, written) == TAKEN_OUT}
    return {target for target in found if target is not None}


def count_uses(session: Session, content: Content, targets: Collection[int]) -> Mapping[int, Mapping[str, int]]:
    """How many other articles lead to each of the targets by which words, normalised; one statement."""
    mine = (PlacedLink.site_id == content.site_id, PlacedLink.target_id.in_(targets), PlacedLink.removed_at.is_(None))
    query = select(PlacedLink.target_id, PlacedLink.anchor, func.count(PlacedLink.content_id.distinct()))
    rows = session.execute(
        query.where(*mine, PlacedLink.content_id != content.id).group_by(PlacedLink.target_id, PlacedLink.anchor)
    )
    uses: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for target, anchor, number in rows:
        if target is not None:
            uses[target][normalise(plain_text(anchor))] += number
    return uses
