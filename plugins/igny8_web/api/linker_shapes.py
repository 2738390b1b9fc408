"""Shapes of the Linker: candidates, what was put in and taken out, and how a site's articles link to each other."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from igny8_lib.linker.reports import Astray
from igny8_lib.models import ContentStatus
from igny8_web.api.batches_shapes import ContentId
from igny8_web.api.shapes import Answer, Asked, CreditAmount, Pagination
from igny8_web.api.writer_doors import HIGHEST_ID

MOST_TARGETS = 100
PLACING_LENGTH = 200
Number = Annotated[int, Field(ge=1, le=HIGHEST_ID)]


class CandidateFacts(Answer):
    """A link that fits an article."""

    target_id: int
    title: str
    href: str
    anchor: str = Field(description="The words that would be linked.")
    sentence: str = Field(description="The sentence around them.")
    score: int = Field(ge=0, le=100)
    why: dict[str, Any] = Field(description="The parts of the score by name.")
    taken: bool = Field(description="Whether the Linker by itself would put it in.")
    why_not: str = Field(description='Why it would not; "" where it would.')


class CandidateList(Answer):
    """The links that fit an article, the best first."""

    content_id: int
    version: int = Field(description="Of the article that was looked at: send it along when some are chosen.")
    candidates: list[CandidateFacts]
    reason_for_none: str = Field(description='Why there is none; "" where there are some.')
    remark: str = Field(description="How they were found, where that is to be told.")


class Process(Asked):
    """An article into which links are put."""

    content_id: ContentId
    targets: list[Number] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_TARGETS,
        description="Only links to these articles, of those that `linker/candidates/` told; all that fit where absent.",
    )
    version: Number | None = Field(
        default=None, description="The article's version for which they were chosen; another one is refused."
    )


class LinkedFacts(Answer):
    """What was done with an article."""

    content_id: int
    links: int
    credits: CreditAmount
    version: int = Field(description="The article's newest one now.")
    sentence: str
    placing: str | None = Field(description="By which these links can be undone together; null where none was put in.")


class Undo(Asked):
    """Which links are taken out: exactly one of batch, article and placing is named."""

    batch_id: Number | None = None
    content_id: Number | None = None
    placing: str | None = Field(default=None, min_length=1, max_length=PLACING_LENGTH)
    after: int = Field(
        default=0, ge=0, le=HIGHEST_ID, description="Where the next page goes on: `next_after` of the answer before."
    )


class LinkLeft(Answer):
    """A link that could not be taken out."""

    content_id: int
    title: str
    anchor: str
    why: str


class UndoneFacts(Answer):
    """What was taken out of up to 25 articles, and what was not."""

    removed: int
    articles: int
    left: list[LinkLeft]
    next_after: int | None = Field(description="Send it as `after` for the next page; null after the last one.")


class Orphan(Answer):
    """A public article to which no other one links."""

    content_id: int
    title: str
    href: str


class OrphanList(Answer):
    """A page of them."""

    orphans: list[Orphan]
    pagination: Pagination


class LinkFacts(Answer):
    """A link and the article that it stands in."""

    content_id: int
    title: str
    status: ContentStatus
    anchor: str
    href: str
    placed: bool = Field(description="Whether the Linker put it in.")


class LinkList(Answer):
    """A page of the links to an article."""

    links: list[LinkFacts]
    pagination: Pagination


class BrokenLink(LinkFacts):
    """A link that leads to no public article, or to an address that its article had before."""

    target_id: int | None
    why: Astray
    now: str | None = Field(description="The address to which a moved article went.")


class BrokenList(Answer):
    """A page of them."""

    links: list[BrokenLink]
    pagination: Pagination
