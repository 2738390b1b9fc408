"""Shapes of the planner group: keywords, clusters and ideas."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field, PlainSerializer

from igny8_lib.models import (
    ClusterStatus,
    CompetitionVerdict,
    ContentType,
    IdeaStatus,
    KeywordStatus,
    SearchIntent,
)
from igny8_lib.planner.by_hand import MOST_AT_ONCE
from igny8_lib.planner.clusters import ClusterFilter, ClusterOrder
from igny8_lib.planner.idea_listing import IdeaFilter, IdeaOrder
from igny8_lib.planner.ideas import MAX_REASON
from igny8_lib.planner.listing import MAX_TEXT, KeywordFilter, KeywordOrder
from igny8_lib.text.plans import MAX_WORDS, MIN_WORDS
from igny8_web.api.shapes import HIGHEST_PAGE, MOST_PER_PAGE, Answer, Asked, Pagination

HIGHEST_ID = 2**63 - 1
Id = Annotated[int, Field(ge=1, le=HIGHEST_ID)]
IdList = Annotated[list[Id], Field(min_length=1, max_length=MOST_AT_ONCE)]
Hundredths = Annotated[Decimal, PlainSerializer(float, return_type=float)]
Part = Annotated[str, Field(max_length=MAX_TEXT, description="What the text holds, in any case and spelling.")]
Label = Annotated[str, Field(max_length=500)]


class Paged(BaseModel):
    """Which page of a list, and which way round."""

    reverse: bool = Field(default=False, description="The order the other way round; what is unknown stays last.")
    page: int = Field(default=1, ge=1, le=HIGHEST_PAGE, description="Which page, from 1.")
    page_size: int = Field(default=50, ge=1, le=MOST_PER_PAGE, description="Rows of a page.")

    @property
    def offset(self) -> int:
        """Rows before the page."""
        return (self.page - 1) * self.page_size

    def of(self, total: int) -> Pagination:
        """Where the page stands among so many rows."""
        return Pagination(
            page=self.page, page_size=self.page_size, total_count=total, total_pages=-(-total // self.page_size)
        )


class KeywordChoice(BaseModel):
    """Which keywords are meant."""

    text: Part = ""
    status: KeywordStatus | None = None
    cluster_id: Id | None = None
    without_cluster: bool = False
    intent: SearchIntent | None = None
    sector: Label = ""
    source_file: Label = ""
    disabled: bool | None = None
    refused: bool = Field(default=False, description="Those only that the AI provider refused.")

    def wanted(self) -> KeywordFilter:
        """The library's filter."""
        return KeywordFilter(**{name: getattr(self, name) for name in KeywordChoice.model_fields})


class KeywordQuery(KeywordChoice, Paged):
    """A page of keywords."""

    sort: KeywordOrder = KeywordOrder.ID


class ClusterQuery(Paged):
    """A page of clusters."""

    text: Part = ""
    status: ClusterStatus | None = None
    with_ideas: bool | None = Field(default=None, description="Those that have ideas, or those that have none.")
    refused: bool = Field(default=False, description="Those only that the AI provider refused.")
    sort: ClusterOrder = ClusterOrder.ID

    def wanted(self) -> ClusterFilter:
        """The library's filter."""
        return ClusterFilter(self.text, self.status, self.with_ideas, self.refused)


class IdeaQuery(Paged):
    """A page of ideas."""

    text: Part = ""
    status: IdeaStatus | None = None
    approved: bool | None = None
    cluster_id: Id | None = None
    verdict: CompetitionVerdict | None = Field(default=None, description="How they stand beside the site's pages.")
    sort: IdeaOrder = Field(default=IdeaOrder.QUEUE, description="`queue`: as runs take them.")

    def wanted(self) -> IdeaFilter:
        """The library's filter."""
        return IdeaFilter(self.text, self.status, self.approved, cluster_id=self.cluster_id, verdict=self.verdict)


class Keyword(Answer):
    """A keyword; a measure that no export told is null, not 0."""

    id: int
    text: str
    volume: int | None
    impressions: int | None
    clicks: int | None
    position: Hundredths | None
    difficulty: Hundredths | None = Field(description="0 to 100.")
    cpc: Hundredths | None
    intent: SearchIntent | None
    opportunity: int | None = Field(description="0 to 100: what it may bring that the site does not have.")
    parent_keyword: str | None
    page_url: str | None
    status: KeywordStatus
    disabled: bool
    refused_reason: str | None
    cluster_id: int | None
    cluster: str | None
    sector: str | None
    source_file: str | None


class KeywordList(Answer):
    """A page of keywords."""

    keywords: list[Keyword]
    pagination: Pagination


class KeywordEdit(Asked):
    """What is to be changed of a keyword; what is left out stays, null makes a measure unknown."""

    text: str = Field(default="", max_length=2_000)
    volume: int | None = Field(default=None, ge=0, lt=10**12)
    difficulty: Decimal | None = Field(default=None, ge=0, le=100)
    cpc: Decimal | None = Field(default=None, ge=0, lt=10**8)
    intent: SearchIntent | None = None
    sector: str | None = Field(default=None, max_length=500)


class Chosen(Asked):
    """Rows of the site by their ids: it is done to all of them or to none."""

    ids: IdList


class Wish(Asked):
    """Items that a run is to work; all that wait for the stage where none are named."""

    ids: IdList | None = None


class Changed(Answer):
    """How many rows were changed or deleted."""

    changed: int


class RefusedRow(Answer):
    """A row of a file that holds no keyword."""

    line: int
    reason: str
    text: str


class ReadColumn(Answer):
    """What a column of the file was taken for; null where it was left out."""

    number: int
    heading: str
    used_as: str | None


class ImportReport(Answer):
    """What became of the rows of a file: read = added + merged + refused."""

    dry_run: bool
    read: int
    added: int
    merged: int
    refused: list[RefusedRow]
    format: str
    encoding: str
    table: str
    columns: list[ReadColumn]
    tables_left_out: list[str]


class Cluster(Answer):
    """A cluster with what its keywords come to; disabled ones do not count."""

    id: int
    name: str
    description: str
    status: ClusterStatus
    keywords: int
    ideas: int
    volume: int | None
    difficulty: Hundredths | None = Field(description="The mean of its keywords'.")
    opportunity: int | None
    intent: SearchIntent | None
    refused_reason: str | None


class ClusterList(Answer):
    """A page of clusters."""

    clusters: list[Cluster]
    pagination: Pagination


class ClusterEdit(Asked):
    """What is to be changed of a cluster; what is left out stays."""

    name: str | None = Field(default=None, max_length=2_000)
    description: str | None = Field(default=None, max_length=2_000)


class Merge(Asked):
    """Clusters that go into another one, which keeps its name."""

    into: Id
    ids: IdList


class Merged(Answer):
    """A merge that was made; `id` takes it back."""

    id: int
    cluster: str
    into: str
    keywords: int


class MergesMade(Answer):
    """The merges that were made."""

    merges: list[Merged]


class KeptMerge(Merged):
    """A merge as it is kept."""

    made_at: datetime
    made_by: str = Field(description="Who merged them by hand; empty where a run did.")
    taken_back_at: datetime | None
    taken_back_by: str | None


class MergeList(Answer):
    """A page of merges, newest first."""

    merges: list[KeptMerge]
    pagination: Pagination


class Move(Asked):
    """Keywords, and the cluster that they are moved into; null takes them out of any."""

    ids: IdList
    into: Id | None


class SimilarPage(Answer):
    """The page of the site that an idea is most alike."""

    kind: str
    id: int
    title: str
    url: str | None = None
    score: float
    by: str


class Idea(Answer):
    """A planned article."""

    id: int
    title: str
    status: IdeaStatus
    content_type: ContentType
    intent: SearchIntent | None
    target_keywords: list[str]
    estimated_word_count: int
    priority: int | None
    cluster_id: int
    cluster: str
    task: int | None
    approved_at: datetime | None
    approved_by: str | None
    changed_at: datetime | None
    changed_by: str | None
    skipped_reason: str | None
    skipped_by: str | None
    competition_verdict: CompetitionVerdict
    competition: SimilarPage | None


class WholeIdea(Idea):
    """A planned article with its sections."""

    outline: list[str]


class IdeaList(Answer):
    """A page of ideas."""

    ideas: list[Idea]
    pagination: Pagination


class IdeaEdit(Asked):
    """What is to be changed of an idea that no run has taken; what is left out stays."""

    title: str | None = Field(default=None, max_length=2_000)
    outline: list[Annotated[str, Field(max_length=2_000)]] | None = Field(default=None, max_length=100)
    target_keywords: list[Annotated[str, Field(max_length=2_000)]] | None = Field(default=None, max_length=100)
    content_type: ContentType | None = None
    words: int | None = Field(default=None, ge=MIN_WORDS, le=MAX_WORDS)


class Skip(Chosen):
    """Ideas that no run shall take, and why."""

    reason: str = Field(default="", max_length=MAX_REASON)


class Queue(Chosen):
    """Ideas in the order in which runs shall take them, before or after all others, or by opportunity again."""

    place: Literal["first", "last", "default"] = "first"


class Decided(Answer):
    """The ideas to which it was done."""

    ids: list[int]
