"""Before a batch is opened: its articles, and what it costs at most; then opening it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Request
from pydantic import BaseModel, BeforeValidator, Field
from starlette.responses import HTMLResponse, RedirectResponse

from igny8_lib.batches.estimating import estimate
from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.credits.ledger import available_credits
from igny8_lib.models import BatchKind, ContentSource
from igny8_lib.review.queue import MOST_ON_A_PAGE, name_articles
from igny8_web.doors import SiteDoor
from igny8_web.pages.content.states import ARTICLE_STATES, SOURCE_STATES
from igny8_web.pages.going import go
from igny8_web.pages.improving import page_of, place_of
from igny8_web.pages.templating import render

HIGHEST_ID = 2**63 - 1
AnId = Annotated[int, Field(ge=1, le=HIGHEST_ID)]
BLANK_IS_NONE = BeforeValidator(lambda value: None if value == "" else value)
"""A field of a form that was left empty."""


@dataclass(frozen=True)
class Words:
    """What people are told of a kind of batch."""

    verb: str
    path: str
    """Of the form, below the site."""
    back: str
    price: str


WORDS: Mapping[BatchKind, Words] = {
    BatchKind.LINK: Words(
        "Link", "linking/batch", "linking", "for each article that gets at least one link; the others cost nothing"
    ),
    BatchKind.OPTIMIZE: Words(
        "Optimize",
        "optimizing/batch",
        "optimizing",
        "by the words of each article whose better text is taken; what is not better costs nothing",
    ),
    BatchKind.ANALYZE: Words("Analyse", "optimizing/analyze", "optimizing", "analysing is free"),
}


class Wanted(BaseModel):
    """Which articles a form names: one by one, or by what they have in common."""

    ids: list[AnId] = Field(default_factory=list, max_length=MOST_ON_A_PAGE)
    source: Annotated[ContentSource | None, BLANK_IS_NONE] = None
    below: Annotated[Annotated[int, Field(ge=1, le=100)] | None, BLANK_IS_NONE] = None
    everything: bool = False

    def choice(self) -> Choice:
        """The same for the library."""
        return Choice(self.ids, self.everything, self.below, self.source)

    @property
    def is_said(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.ids or self.everything or self.below or self.source)

    @property
    def said(self) -> str:
        """What is chosen by what articles have in common; empty where they are named."""
        if self.ids or not self.is_said:
            return ""
        whence = f" from {SOURCE_STATES[self.source].word}" if self.source else ""
        return f"All articles{whence}{f' with a score below {self.below}' if self.below else ''}"

    @property
    def fields(self) -> list[tuple[str, object]]:
        """What goes along where articles are not named one by one."""
        told = (("source", self.source and self.source.value), ("below", self.below), ("everything", self.everything))
        return [(name, value) for name, value in told if value]


def ask(request: Request, door: SiteDoor, kind: BatchKind, wanted: Wanted) -> HTMLResponse:
    """The articles and the price, with the button that opens the batch; a way back where nothing is chosen."""
    words = WORDS[kind]
    with door.begin() as (session, site):
        named = name_articles(session, site.id, wanted.ids) if wanted.ids else []
        found = estimate(session, site, kind, wanted.choice()) if wanted.is_said else None
        available = available_credits(session, site.account_id)
        place = place_of(session, site, door.caller.person, page_of(kind))
    values = {"place": place, "words": words, "wanted": wanted, "found": found, "available": available}
    values |= {"articles": [(each, ARTICLE_STATES[each.status]) for each in named]}
    values |= {"is_short": found is not None and found.most > available}
    heading = f"{words.verb} these articles?"
    return render(request, "batches/ask.html", title=heading, heading=heading, frame=place.frame, **values)


def open_it(request: Request, door: SiteDoor, kind: BatchKind, wanted: Wanted) -> RedirectResponse:
    """Open the batch, and on to it. Raises what `open_batch` raises."""
    with door.begin() as (session, site):
        batch = open_batch(session, site, kind, wanted.choice(), by=door.caller.name)
        session.flush()
        number = batch.id
    return go(request, f"sites/{door.slug}/batches/{number}")
