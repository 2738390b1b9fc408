"""Giving dates to several articles at once, and taking them away: to all that it fits, and why not to the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import Content, ContentStatus, Site, SiteContentStatus
from igny8_lib.publishing.calendar import STANDS, WORDS, fill_room, give_slots
from igny8_lib.publishing.places import hold, take_out
from igny8_lib.review.decisions import UNKNOWN, check_number


@dataclass(frozen=True)
class Dated:
    """Which articles have which slot now, why others wait for one, and what could not be given any; each by id."""

    given: dict[int, datetime] = field(default_factory=dict)
    without: dict[int, str] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Undated:
    """Which articles have no date any more, and why not the others."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """Where an article stands."""

    status: ContentStatus
    site_status: SiteContentStatus
    waits: bool


def schedule_several(session: Session, site: Site, ids: Sequence[int]) -> Dated:
    """Give approved articles without a date the next free slots, in the order of the ids. Raises InvalidInput for too
    many."""
    check_number(ids)
    hold(session, site.id)
    standing = find_standing(session, site, ids)
    given = give_slots(session, site, ids)
    others = [each for each in dict.fromkeys(ids) if each not in given.given and each not in given.without]
    return Dated(given.given, given.without, {each: why_no_date(standing.get(each)) for each in others})


def unschedule_several(session: Session, site: Site, ids: Sequence[int]) -> Undated:
    """Take articles out of the calendar, those that wait for a date among them; their places go to others that wait.

    Raises InvalidInput for too many.
    """
    check_number(ids)
    hold(session, site.id)
    standing = find_standing(session, site, ids)
    refused = {each: why for each in ids if (why := why_stays(standing.get(each)))}
    done = [each for each in dict.fromkeys(ids) if each not in refused]
    take_out(session, site.id, done)
    fill_room(session, site)
    return Undated(done, refused)


def find_standing(session: Session, site: Site, ids: Sequence[int]) -> Mapping[int, Standing]:
    """Where the articles stand, locked; one statement."""
    columns = (Content.id, Content.status, Content.site_status, Content.no_slot_reason)
    query = select(*columns).where(Content.site_id == site.id, Content.id.in_(ids)).order_by(Content.id)
    rows = session.execute(query.with_for_update())
    return {row[0]: Standing(row[1], row[2], row[3] is not None) for row in rows}


def why_no_date(standing: Standing | None) -> str:
    """Why an article gets no date."""
    if standing is None:
        return UNKNOWN
    if standing.status != ContentStatus.APPROVED:
        return f"is {WORDS[standing.status]}: only approved articles get a date"
    return STANDS[standing.site_status]


def why_stays(standing: Standing | None) -> str | None:
    """Why an article cannot be taken out of the calendar, None where it can."""
    if standing is None:
        return UNKNOWN
    if standing.site_status == SiteContentStatus.SCHEDULED or standing.waits:
        return None
    return f"{STANDS[standing.site_status]}: only articles with a date, or that wait for one, can be taken out"
