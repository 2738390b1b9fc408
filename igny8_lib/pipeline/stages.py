"""STAGES: the seven stages in order, and what each of them takes, makes, costs and is limited by (SPEC §1, §3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Select, exists, select

from igny8_lib.models import (
    Cluster,
    ClusterStatus,
    Content,
    ContentIdea,
    ContentStatus,
    IdeaStatus,
    Image,
    ImageStatus,
    Keyword,
    KeywordStatus,
    Module,
    Operation,
    Task,
    TaskStatus,
)

MINIMUM_KEYWORDS = 5
"""Fewer keywords make no sensible clusters: the stage is skipped, a direct request refused (SPEC §3)."""

Pending = Callable[[int], Select[int]]


@dataclass(frozen=True)
class Stage:
    """One stage of the path. `pending(site_id)` selects the ids of what waits for it, oldest first."""

    number: int
    slug: str
    title: str
    takes: str
    makes: str
    pending: Pending
    limit: str
    """Its field of Limits."""
    processed_counter: str
    created_counter: str
    items_per_request: int = 1
    minimum: int = 1
    operation: Operation | None = None
    """What its requests are charged as; None for the local, free stages."""
    module: Module | None = None
    shows_earlier_batches: bool = False
    """Whether a prompt shows what the batches before it made, so that it is joined and not doubled."""

    @property
    def group_id(self) -> str:
        """Its task group in the DAG."""
        return f"stage_{self.number}_{self.slug}"


def keywords_waiting(site_id: int) -> Select[int]:
    """New keywords without a cluster that nobody disabled."""
    return (
        select(Keyword.id)
        .where(
            Keyword.site_id == site_id,
            Keyword.status == KeywordStatus.NEW,
            Keyword.cluster_id.is_(None),
            Keyword.disabled.is_(False),
        )
        .order_by(Keyword.id)
    )


def clusters_waiting(site_id: int) -> Select[int]:
    """Clusters without ideas."""
    return (
        select(Cluster.id).where(Cluster.site_id == site_id, Cluster.status == ClusterStatus.NEW).order_by(Cluster.id)
    )


def ideas_waiting(site_id: int) -> Select[int]:
    """New ideas."""
    return (
        select(ContentIdea.id)
        .where(ContentIdea.site_id == site_id, ContentIdea.status == IdeaStatus.NEW)
        .order_by(ContentIdea.id)
    )


def tasks_waiting(site_id: int) -> Select[int]:
    """Queued writing tasks."""
    return select(Task.id).where(Task.site_id == site_id, Task.status == TaskStatus.QUEUED).order_by(Task.id)


def drafts_waiting(site_id: int) -> Select[int]:
    """Drafts without image prompts."""
    return (
        select(Content.id)
        .where(
            Content.site_id == site_id,
            Content.status == ContentStatus.DRAFT,
            ~exists().where(Image.content_id == Content.id, Image.site_id == site_id),
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
        limit="max_keywords_per_run",
        processed_counter="keywords_processed",
        created_counter="clusters_created",
        items_per_request=20,
        minimum=MINIMUM_KEYWORDS,
        operation=Operation.CLUSTERING,
        module=Module.PLANNER,
        shows_earlier_batches=True,
    ),
    Stage(
        number=2,
        slug="clusters_to_ideas",
        title="Clusters → Ideas",
        takes="clusters",
        makes="ideas",
        pending=clusters_waiting,
        limit="max_clusters_per_run",
        processed_counter="clusters_processed",
        created_counter="ideas_created",
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
        limit="max_ideas_per_run",
        processed_counter="ideas_processed",
        created_counter="tasks_created",
        items_per_request=500,
        module=Module.PLANNER,
    ),
    Stage(
        number=4,
        slug="tasks_to_content",
        title="Tasks → Content",
        takes="tasks",
        makes="articles",
        pending=tasks_waiting,
        limit="max_tasks_per_run",
        processed_counter="tasks_processed",
        created_counter="content_created",
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
        limit="max_content_per_run",
        processed_counter="content_processed",
        created_counter="prompts_created",
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
        limit="max_images_per_run",
        processed_counter="images_processed",
        created_counter="images_generated",
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
        limit="max_approvals_per_run",
        processed_counter="ready_for_review",
        created_counter="approved_count",
        items_per_request=500,
    ),
)


def stage(number: int) -> Stage:
    """The stage of this number, 1…7."""
    return STAGES[number - 1]
