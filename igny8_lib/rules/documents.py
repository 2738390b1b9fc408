"""A rule as people write it down: JSON of the API, of the command line and of the database, read by one model.

What fits together (a condition and the facts of its trigger, an action and the items that the trigger brings) is not
said here: see `conditions` and `actions`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from igny8_lib.errors import InvalidInput
from igny8_lib.models import ContentSource, RuleAction, RuleTrigger
from igny8_lib.pipeline.limits import HIGHEST_ID, CreditLimit

MOST_CONDITIONS = 20
MOST_ACTIONS = 5
MOST_NAMED = 1_000
"""Items that an action names by their ids."""
NAME = 100
"""Characters of a rule's name."""
TEXT = 200
"""Characters of a condition's value."""
MESSAGE = 1_000
CRON = 100


class Operator(StrEnum):
    """The closed set of comparisons (SPEC §10)."""

    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IN = "in"
    CONTAINS = "contains"


class BadRule(InvalidInput):
    """A rule cannot be saved; `field` is where, as JSON has it ("conditions.0.value")."""

    http_status = 422

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field


class Document(BaseModel):
    """What all parts of a rule have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


Plain = Annotated[str, Field(max_length=TEXT)] | bool | int | float
ItemIds = Annotated[tuple[Annotated[int, Field(ge=1, le=HIGHEST_ID)], ...], Field(min_length=1, max_length=MOST_NAMED)]


class Condition(Document):
    """One thing that must hold of an item: its fact, compared with a value. `in` takes a list of values."""

    field: Annotated[str, Field(min_length=1, max_length=50)]
    operator: Operator
    value: Plain | Annotated[tuple[Plain, ...], Field(min_length=1, max_length=100)]


class ItemParams(Document):
    """Which items: those that matched, whatever waits for the stage, or these (ids)."""

    items: Literal["matched", "waiting"] | ItemIds = "matched"


class ArticleParams(Document):
    """Which articles: those that matched, all that fit what else is said, or these (ids)."""

    articles: Literal["matched", "all"] | ItemIds = "matched"
    score_below: Annotated[int, Field(ge=1, le=100)] | None = None
    source: ContentSource | None = None


class PipelineParams(Document):
    """Which stages of a run, 1…7; all of them where nothing is said."""

    stages: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1, max_length=7)] = (
        1, 2, 3, 4, 5, 6, 7,
    )  # fmt: skip


class StructureParams(Document):
    """Which blueprint of the site builder; the site's newest one where nothing is said."""

    blueprint_id: Annotated[int, Field(ge=1, le=HIGHEST_ID)] | None = None


class NotifyParams(Document):
    """What people are told; the account's notification settings say who and how."""

    message: Annotated[str, Field(min_length=1, max_length=MESSAGE)]


class ClusterKeywords(Document):
    """Cluster keywords (stage 1)."""

    type: Literal[RuleAction.CLUSTER_KEYWORDS]
    params: ItemParams = ItemParams()


class GenerateIdeas(Document):
    """Plan ideas for clusters (stage 2)."""

    type: Literal[RuleAction.GENERATE_IDEAS]
    params: ItemParams = ItemParams()


class GenerateContent(Document):
    """Write articles: for chosen writing tasks (stage 4), or for all ideas and tasks that wait (stages 3 and 4)."""

    type: Literal[RuleAction.GENERATE_CONTENT]
    params: ItemParams = ItemParams()


class OptimizeContent(Document):
    """Optimize articles in a batch."""

    type: Literal[RuleAction.OPTIMIZE_CONTENT]
    params: ArticleParams = ArticleParams()


class LinkContent(Document):
    """Link articles in a batch."""

    type: Literal[RuleAction.LINK_CONTENT]
    params: ArticleParams = ArticleParams()


class RunPipeline(Document):
    """Run the site's pipeline on whatever waits."""

    type: Literal[RuleAction.RUN_PIPELINE]
    params: PipelineParams = PipelineParams()


class GenerateSiteStructure(Document):
    """Plan the pages of a site builder's blueprint."""

    type: Literal[RuleAction.GENERATE_SITE_STRUCTURE]
    params: StructureParams = StructureParams()


class Notify(Document):
    """Tell the account's people."""

    type: Literal[RuleAction.NOTIFY]
    params: NotifyParams


Action = Annotated[
    ClusterKeywords
    | GenerateIdeas
    | GenerateContent
    | OptimizeContent
    | LinkContent
    | RunPipeline
    | GenerateSiteStructure
    | Notify,
    Field(discriminator="type"),
]


class RuleDocument(Document):
    """A whole rule. `schedule` is a cron line of five fields in the site's zone, for the trigger `schedule` alone."""

    name: Annotated[str, Field(min_length=1, max_length=NAME)]
    trigger: RuleTrigger
    conditions: Annotated[tuple[Condition, ...], Field(max_length=MOST_CONDITIONS)] = ()
    actions: Annotated[tuple[Action, ...], Field(min_length=1, max_length=MOST_ACTIONS)]
    schedule: Annotated[str, Field(max_length=CRON)] = ""
    is_active: bool = True
    max_executions_per_day: Annotated[int, Field(ge=0, le=1_000)] = 10
    credit_limit_per_execution: CreditLimit = 0

    @classmethod
    def parse(cls, given: Any) -> RuleDocument:  # noqa: ANN401 - whatever JSON holds
        """Raises BadRule naming the first field that is wrong."""
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            raise BadRule(place_of(first["loc"]), sentence_of(first["msg"])) from None


class StepResult(Document):
    """How an action, or one part of its items, ended; kept in an execution's `results`."""

    action: RuleAction
    status: Literal["completed", "failed", "skipped"]
    sentence: str
    run_id: str | None = None
    """The run's name, for people: `run_20260113_140523_rule`."""
    batch_id: int | None = None
    build_id: int | None = None
    credits: float = 0


TAGS = frozenset(RuleAction) | {"str", "bool", "int", "float"}


def place_of(location: tuple[int | str, ...]) -> str:
    """Where it is, as JSON has it: pydantic names the chosen member of a union, too, which people do not know."""
    plain = [str(each) for each in location if not (isinstance(each, str) and is_inner(each))]
    return ".".join(plain) or "rule"


def is_inner(name: str) -> bool:
    """Whether a step of a location names a member of a union, and no field."""
    return name in TAGS or "[" in name or "-" in name


def sentence_of(message: str) -> str:
    """A complaint as a sentence."""
    return message[:1].upper() + message[1:] + ("" if message.endswith(".") else ".")
