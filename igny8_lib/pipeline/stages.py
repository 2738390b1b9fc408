"""STAGES: the seven stages in order, and everything that is a fact of a stage (SPEC §1, §3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, any_, exists, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from igny8_lib.models import (
    AutomationConfig,
    Cluster,
    ClusterStatus,
    Content,
    ContentIdea,
    ContentSource,
    ContentStatus,
    IdeaStatus,
    Image,
    ImageStatus,
    Keyword,
    KeywordStatus,
    Module,
    ModuleSettings,
    Operation,
    Task,
    TaskStatus,
)
from igny8_lib.review.drafts import being_rewritten

MINIMUM_KEYWORDS = 5
"""Fewer keywords make no sensible clusters: the stage is skipped, a direct request refused (SPEC §3)."""
BULK = 500
"""Items in a batch of a stage that asks no AI and has no setting for it."""

Pending = Callable[[int], Select[int]]
Item = type[Keyword] | type[Cluster] | type[ContentIdea] | type[Task] | type[Content] | type[Image]


@dataclass(frozen=True)
class Stage:
    """One stage of the path. `pending(site_id)` selects the ids of what waits for it, in `order`."""

    number: int
    slug: str
    title: str
    takes: str
    makes: str
    pending: Pending
    item: Item
    """The table of what it takes."""
    item_name: ColumnElement[str] | InstrumentedAttribute[str]
    """What people call one of them."""
    limit: str
    """Its field of Limits."""
    processed_counter: str
    created_counter: str
    weight: int
    """Percent of a run's time, of runs with some dozen articles; the stages' weights sum to 100."""
    items_per_request: int = 1
    minimum: int = 1
    operation: Operation | None = None
    """What its requests are charged as; None for the local, free stages."""
    module: Module | None = None
    in_neighbourhoods: bool = False
    """Whether its requests are put together by topic, not by age."""
    shows_earlier_batches: bool = False
    """Whether a prompt shows what the batches before it made, so that it is joined and not doubled."""
    is_gate: bool = False
    """Whether people decide here, unless auto approval is on."""
    pending_approved: Pending | None = None
    """What waits for it where people approve its items first; None where they never do."""

    @property
    def group_id(self) -> str:
        """Its task group in the DAG."""
        return f"stage_{self.number}_{self.slug}"

    def waiting(self, site_id: int, chosen: Sequence[int] = ()) -> Select[int]:
        """What waits for it, in its order; of the chosen items only, where some are chosen."""
        pending = self.pending(site_id)
        return pending.where(self.item.id == any_(literal(list(chosen), ARRAY(BigInteger)))) if chosen else pending

    @property
    def order(self) -> tuple[ColumnElement[Any], ...]:
        """How its items are taken: what people put first, then the oldest."""
        return by_priority(self.item) if self.item is ContentIdea or self.item is Task else (self.item.id.asc(),)

    def with_approval(self, *, needed: bool) -> Stage:
        """The stage as it is where items need people's approval first, or do not."""
        return replace(self, pending=self.pending_approved) if needed and self.pending_approved else self

    def is_enabled(self, config: AutomationConfig) -> bool:
        """Whether the site's configuration has it switched on."""
        return bool(getattr(config, f"stage_{self.number}_enabled"))

    def module_is_on(self, modules: ModuleSettings) -> bool:
        """Whether the account has its module switched on; a stage without a module always runs."""
        return self.module is None or bool(getattr(modules, f"{self.module.value}_enabled"))

    def in_flight(self, config: AutomationConfig) -> int:
        """AI requests at once, by the site's configuration; 1 for a stage that asks none."""
        return int(getattr(config, f"stage_{self.number}_in_flight", 1))

    def batch_size(self, config: AutomationConfig) -> int:
        """Items in a batch, by the site's configuration."""
        return int(getattr(config, f"stage_{self.number}_batch_size", BULK))

    @property
    def default_batch_size(self) -> int:
        """The batch size of a site that never chose one."""
        column = AutomationConfig.__table__.columns.get(f"stage_{self.number}_batch_size")
        return BULK if column is None or column.default is None else int(column.default.arg)


def keywords_waiting(site_id: int) -> Select[int]:
    """New keywords without a cluster that nobody disabled and the provider has not refused."""
    return (
        select(Keyword.id)
        .where(
            Keyword.site_id == site_id,
            Keyword.status == KeywordStatus.NEW,
            Keyword.cluster_id.is_(None),
            Keyword.disabled.is_(False),
            Keyword.refused_reason.is_(None),
        )
        .order_by(Keyword.id)
    )


def clusters_waiting(site_id: int) -> Select[int]:
    """Clusters without ideas that the provider has not refused."""
    new = (Cluster.site_id == site_id, Cluster.status == ClusterStatus.NEW, Cluster.refused_reason.is_(None))
    return select(Cluster.id).where(*new).order_by(Cluster.id)


def by_priority(item: type[ContentIdea] | type[Task]) -> tuple[ColumnElement[Any], ...]:
    """What people put first, then the oldest. No priority counts as 0, so that something can be put last, too."""
    return (func.coalesce(item.priority, 0).desc(), item.id.asc())


def ideas_waiting(site_id: int) -> Select[int]:
    """New ideas."""
    new = (ContentIdea.site_id == site_id, ContentIdea.status == IdeaStatus.NEW)
    return select(ContentIdea.id).where(*new).order_by(*by_priority(ContentIdea))


def approved_ideas_waiting(site_id: int) -> Select[int]:
    """New ideas that people approved."""
    return ideas_waiting(site_id).where(ContentIdea.approved_at.is_not(None))


def tasks_waiting(site_id: int) -> Select[int]:
    """Queued writing tasks."""
    queued = (Task.site_id == site_id, Task.status == TaskStatus.QUEUED)
    return select(Task.id).where(*queued).order_by(*by_priority(Task))


def drafts_waiting(site_id: int) -> Select[int]:
    """Drafts that were written here, without image prompts, not refused by the provider, once nothing is to be written
    in them any more. Drafts of the website have pictures of their own, or none by intention."""
    return (
        select(Content.id)
        .where(
            Content.site_id == site_id,
            Content.status == ContentStatus.DRAFT,
            Content.source == ContentSource.IGNY8,
            Content.refused_reason.is_(None),
            ~exists().where(Image.content_id == Content.id, Image.site_id == site_id),
            ~being_rewritten(),
        )
        .order_by(Content.id)
    )


def images_waiting(site_id: int) -> Select[int]:
    """Image prompts without a file."""
    return select(Image.id).where(Image.site_id == site_id, Image.status == ImageStatus.PENDING).order_by(Image.id)


def reviews_waiting(site_id: int) -> Select[int]:
    """Articles in review."""
    return (
        select(Content.id)
        .where(Content.site_id == site_id, Content.status == ContentStatus.REVIEW)
        .order_by(Content.id)
    )


STAGES: tuple[Stage, ...] = (
    Stage(
        number=1,
        slug="keywords_to_clusters",
        title="Keywords → Clusters",
        takes="keywords",
        makes="clusters",
        pending=keywords_waiting,
        item=Keyword,
        item_name=Keyword.text,
        limit="max_keywords_per_run",
        processed_counter="keywords_processed",
        created_counter="clusters_created",
        weight=4,
        items_per_request=20,
        minimum=MINIMUM_KEYWORDS,
        operation=Operation.CLUSTERING,
        module=Module.PLANNER,
        in_neighbourhoods=True,
        shows_earlier_batches=True,
    ),
    Stage(
        number=2,
        slug="clusters_to_ideas",
        title="Clusters → Ideas",
        takes="clusters",
        makes="ideas",
        pending=clusters_waiting,
        item=Cluster,
        item_name=Cluster.name,
        limit="max_clusters_per_run",
        processed_counter="clusters_processed",
        created_counter="ideas_created",
        weight=6,
        items_per_request=5,
        operation=Operation.IDEA_GENERATION,
        module=Module.PLANNER,
        shows_earlier_batches=True,
    ),
    Stage(
        number=3,
        slug="ideas_to_tasks",
        title="Ideas → Tasks",
        takes="ideas",
        makes="tasks",
        pending=ideas_waiting,
        pending_approved=approved_ideas_waiting,
        item=ContentIdea,
        item_name=ContentIdea.title,
        limit="max_ideas_per_run",
        processed_counter="ideas_processed",
        created_counter="tasks_created",
        weight=1,
        items_per_request=BULK,
        module=Module.PLANNER,
    ),
    Stage(
        number=4,
        slug="tasks_to_content",
        title="Tasks → Content",
        takes="tasks",
        makes="articles",
        pending=tasks_waiting,
        item=Task,
        item_name=Task.brief["title"].astext,
        limit="max_tasks_per_run",
        processed_counter="tasks_processed",
        created_counter="content_created",
        weight=45,
        operation=Operation.CONTENT_GENERATION,
        module=Module.WRITER,
    ),
    Stage(
        number=5,
        slug="content_to_image_prompts",
        title="Content → Image prompts",
        takes="articles",
        makes="image prompts",
        pending=drafts_waiting,
        item=Content,
        item_name=Content.title,
        limit="max_content_per_run",
        processed_counter="content_processed",
        created_counter="prompts_created",
        weight=12,
        operation=Operation.IMAGE_PROMPT_EXTRACTION,
        module=Module.WRITER,
    ),
    Stage(
        number=6,
        slug="image_prompts_to_images",
        title="Image prompts → Images",
        takes="image prompts",
        makes="images",
        pending=images_waiting,
        item=Image,
        item_name=Image.alt_text,
        limit="max_images_per_run",
        processed_counter="images_processed",
        created_counter="images_generated",
        weight=31,
        operation=Operation.IMAGE_GENERATION,
        module=Module.WRITER,
    ),
    Stage(
        number=7,
        slug="review_to_approved",
        title="Review → Approved",
        takes="articles in review",
        makes="approved articles",
        pending=reviews_waiting,
        item=Content,
        item_name=Content.title,
        limit="max_approvals_per_run",
        processed_counter="ready_for_review",
        created_counter="approved_count",
        weight=1,
        items_per_request=BULK,
        is_gate=True,
    ),
)


def stage(number: int) -> Stage:
    """The stage of this number, 1…7."""
    return STAGES[number - 1]


GATE = next(each for each in STAGES if each.is_gate)
