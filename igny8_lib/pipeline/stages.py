"""STAGES: the seven stages in order, and everything that is a fact of a stage (SPEC §1, §3).

PATH is the whole way of a run: the seven, with LINK and OPTIMIZE between the sixth and the seventh where they are
switched on (SPEC §9). These two are no numbered stages; 8 and 9 are their keys wherever results are kept by number.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, any_, literal
from sqlalchemy.orm import InstrumentedAttribute

from igny8_lib.models import (
    AutomationConfig,
    Cluster,
    Content,
    ContentIdea,
    Image,
    Keyword,
    Module,
    ModuleSettings,
    Operation,
    Task,
)
from igny8_lib.pipeline import waiting
from igny8_lib.pipeline.waiting import Pending, by_priority
from igny8_lib.sites.improvement import LINK_KEY, OPTIMIZE_KEY

MINIMUM_KEYWORDS = 5
"""Fewer keywords make no sensible clusters: the stage is skipped, a direct request refused (SPEC §3)."""
BULK = 500
"""Items in a batch of a stage that asks no AI and has no setting for it."""

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
    """Percent of a run's time, of runs with some dozen articles; the seven stages' weights sum to 100."""
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
    pending_unlinked: Pending | None = None
    """What waits for it where runs do not link; None where that changes nothing."""
    is_numbered: bool = True
    """Whether it is one of the seven; of the others the number is a key only."""
    sized_as: int = 0
    """The stage whose settings of batches and requests it goes by; 0 = its own."""

    @property
    def group_id(self) -> str:
        """Its task group in the DAG."""
        return f"stage_{self.number}_{self.slug}" if self.is_numbered else self.slug

    @property
    def name(self) -> str:
        """What sentences call it."""
        return f"Stage {self.number} ({self.title})" if self.is_numbered else self.title

    @property
    def place(self) -> str:
        """The same, in short and within a sentence."""
        return f"stage {self.number}" if self.is_numbered else self.title.lower()

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

    def without_linking(self, *, linked: bool) -> Stage:
        """The stage as it is where runs do not link, or do."""
        return self if linked or not self.pending_unlinked else replace(self, pending=self.pending_unlinked)

    def is_enabled(self, config: AutomationConfig) -> bool:
        """Whether the site's configuration has it switched on; what is no numbered stage has a switch elsewhere."""
        return not self.is_numbered or bool(getattr(config, f"stage_{self.number}_enabled"))

    def module_is_on(self, modules: ModuleSettings) -> bool:
        """Whether the account has its module switched on; a stage without a module always runs."""
        return self.module is None or bool(getattr(modules, f"{self.module.value}_enabled"))

    def in_flight(self, config: AutomationConfig) -> int:
        """AI requests at once, by the site's configuration; 1 for a stage that asks none."""
        return int(getattr(config, f"stage_{self.sized_as or self.number}_in_flight", 1))

    def batch_size(self, config: AutomationConfig) -> int:
        """Items in a batch, by the site's configuration."""
        return int(getattr(config, f"stage_{self.sized_as or self.number}_batch_size", BULK))

    @property
    def default_batch_size(self) -> int:
        """The batch size of a site that never chose one."""
        column = AutomationConfig.__table__.columns.get(f"stage_{self.sized_as or self.number}_batch_size")
        return BULK if column is None or column.default is None else int(column.default.arg)


STAGES: tuple[Stage, ...] = (
    Stage(
        number=1,
        slug="keywords_to_clusters",
        title="Keywords → Clusters",
        takes="keywords",
        makes="clusters",
        pending=waiting.keywords_waiting,
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
        pending=waiting.clusters_waiting,
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
        pending=waiting.ideas_waiting,
        pending_approved=waiting.approved_ideas_waiting,
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
        pending=waiting.tasks_waiting,
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
        pending=waiting.drafts_waiting,
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
        pending=waiting.images_waiting,
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
        pending=waiting.reviews_waiting,
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


LINK = Stage(
    number=LINK_KEY,
    slug="link",
    title="Linking",
    takes="articles to link",
    makes="linked articles",
    pending=waiting.articles_to_link,
    item=Content,
    item_name=Content.title,
    limit="max_content_per_run",
    processed_counter="content_processed",
    created_counter="content_linked",
    weight=2,
    operation=Operation.LINKING,
    module=Module.LINKER,
    is_numbered=False,
)
OPTIMIZE = Stage(
    number=OPTIMIZE_KEY,
    slug="optimize",
    title="Optimizing",
    takes="articles to optimize",
    makes="optimized articles",
    pending=waiting.articles_to_optimize,
    pending_unlinked=waiting.unlinked_articles_to_optimize,
    item=Content,
    item_name=Content.title,
    limit="max_content_per_run",
    processed_counter="content_processed",
    created_counter="content_optimized",
    weight=40,
    operation=Operation.OPTIMIZATION,
    module=Module.OPTIMIZER,
    is_numbered=False,
    sized_as=4,
)
PATH = (*STAGES[:6], LINK, OPTIMIZE, *STAGES[6:])
"""The whole way, in order."""


BY_NUMBER = (*STAGES, LINK, OPTIMIZE)
"""The same by number, where a place in the order is not asked for."""


def stage(number: int) -> Stage:
    """The stage of this number, 1…7, or what has this key."""
    return BY_NUMBER[number - 1]


def path_of(numbers: Collection[int | str]) -> tuple[Stage, ...]:
    """A run's way, in order: the seven stages, and what else is among the keys."""
    return tuple(each for each in PATH if each.is_numbered or each.number in numbers or str(each.number) in numbers)


GATE = next(each for each in STAGES if each.is_gate)
