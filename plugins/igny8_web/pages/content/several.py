"""Deciding about several articles at once: their titles are named before anything is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import RejectReason, Site
from igny8_lib.publishing import approval
from igny8_lib.review import decisions
from igny8_lib.review.decisions import Decided, Rejection
from igny8_lib.review.queue import MOST_ON_A_PAGE, Named, name_articles
from igny8_web.pages.content.dates import date_of

HIGHEST_ID = 2**63 - 1
HIGHEST_VERSION = 2**31 - 1
Picks = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=MOST_ON_A_PAGE)]


class What(StrEnum):
    """What can be done with several."""

    APPROVE = "approve"
    REJECT = "reject"
    UNDO = "undo"


WORDS: Mapping[What, tuple[str, str]] = {
    What.APPROVE: ("Approve", "approved"),
    What.REJECT: ("Reject", "rejected"),
    What.UNDO: ("Put back into review", "back in review"),
}
"""The verb, and what the articles are afterwards."""


class Choosing(BaseModel):
    """What was chosen in the list."""

    what: What
    pick: Picks = Field(default_factory=list)


class Deciding(Choosing):
    """What is to be done, after the titles were read."""

    reasons: list[RejectReason] = Field(default_factory=list, max_length=len(RejectReason))
    remark: str = Field(default="", max_length=10_000)


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    done: list[Named]
    refused: list[tuple[str, str]]
    """Title, or number where it is not there, and reason."""

    def dated(self, zone: str) -> list[tuple[Named, str]]:
        """Those to which it was done, each with its date, or why it has none."""
        return [(article, date_of(article, zone)) for article in self.done]


def picked(picks: Sequence[str]) -> dict[int, int]:
    """The version that was seen, by article. Raises InvalidInput where nothing was chosen."""
    if not picks:
        raise InvalidInput("Choose at least one article in the list, then say what to do.")
    return dict(map(read_pick, picks))


def read_pick(pick: str) -> tuple[int, int]:
    """Article and version of "12:3". Raises InvalidInput."""
    article, _, version = pick.partition(":")
    if not all(part.isascii() and part.isdecimal() for part in (article, version)):
        raise InvalidInput("This choice names no article: go back to the list and choose there.")
    if not (1 <= int(article) <= HIGHEST_ID and 1 <= int(version) <= HIGHEST_VERSION):
        raise InvalidInput("This choice names no article: go back to the list and choose there.")
    return int(article), int(version)


def decide(session: Session, site: Site, wish: Deciding, *, by: str) -> Outcome:
    """Do it to all that it can be done to. Raises InvalidInput for a rejection without a reason."""
    seen = picked(wish.pick)
    decided = act(session, site, wish, seen, by)
    named = {article.id: article for article in name_articles(session, site.id, list(seen))}
    refused = [
        (named[number].title if number in named else f"Article {number}", reason)
        for number, reason in decided.refused.items()
    ]
    return Outcome([named[number] for number in decided.done], refused)


def act(session: Session, site: Site, wish: Deciding, seen: Mapping[int, int], by: str) -> Decided:
    """The decision itself."""
    match wish.what:
        case What.APPROVE:
            return approval.approve(session, site.id, list(seen), by=by, seen=seen).decided
        case What.REJECT:
            why = dict.fromkeys(seen, Rejection(wish.reasons, wish.remark))
            if not wish.reasons:
                raise InvalidInput("Say why: choose at least one reason.")
            return decisions.reject(session, site.id, why, by=by, seen=seen)
        case What.UNDO:
            return approval.undo(session, site.id, list(seen), by=by)
