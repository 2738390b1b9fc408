"""What the Linker would put into an article, and what else it could: for people who choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.linker.process import NOT_LINKED, NOTHING_FITS, look, prepare, site_with_linker
from igny8_lib.linker.ranking import Candidate
from igny8_lib.review.versions import find_article

FACTS = ("target_id", "title", "href", "anchor", "sentence", "score", "why")
NOT_AGAIN = "people took a link to it out of this article"


@dataclass(frozen=True)
class Preview:
    """The links that fit an article, best first."""

    content_id: int
    version: int
    """Of the article that was looked at: to be named when some of them are taken."""
    candidates: Sequence[Candidate]
    why_not: Mapping[int, str]
    """By the place of a candidate in the list, why the Linker does not put it in; one without a reason it does."""
    reason_for_none: str
    """Why there is no candidate; "" where there are some."""
    remark: str
    """How they were found, where there is something to tell of that; else ""."""

    def rows(self) -> list[dict[str, Any]]:
        """The candidates as JSON documents: with the sentence around each, and whether the Linker would put it in."""
        return [
            {name: getattr(each, name) for name in FACTS}
            | {"taken": at not in self.why_not, "why_not": self.why_not.get(at, "")}
            for at, each in enumerate(self.candidates)
        ]


def preview(session: Session, site_id: int, content_id: int, model: str = "") -> Preview:
    """The links that could be put into an article, and which of them would be. Changes nothing, and locks nothing.

    Raises NotFound, and ModuleDisabled where the account has the Linker off.
    """
    site = site_with_linker(session, site_id)
    content = find_article(session, site_id, content_id)
    work = prepare(session, site, content, model=model)
    found, chosen = look(session, work)
    reasons = {id(each): reason for each, reason in chosen.left}
    taken = {id(each) for each in chosen.taken}
    places = [at for at, each in enumerate(found.candidates) if id(each) not in taken]
    why_not = {at: reasons.get(id(found.candidates[at]), NOT_AGAIN) for at in places}
    state = NOT_LINKED.get(content.status)
    if state is not None:
        why_not = dict.fromkeys(range(len(found.candidates)), f"the article {state}")
    none = "" if found.candidates else NOTHING_FITS
    return Preview(content.id, content.version, found.candidates, why_not, none, found.remark)
