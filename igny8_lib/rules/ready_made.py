"""Ready-made rules to start from, one for each trigger; what stands in them is a beginning, and people change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from igny8_lib.errors import NotFound
from igny8_lib.models import RuleAction, RuleTrigger
from igny8_lib.rules.documents import Operator, RuleDocument


@dataclass(frozen=True)
class ReadyMade:
    """A rule to start from."""

    key: str
    """In addresses and commands."""
    title: str
    why: str
    """What it is good for, in a sentence or two."""
    document: RuleDocument


def ready(key: str, title: str, why: str, trigger: RuleTrigger, **parts: Any) -> ReadyMade:  # noqa: ANN401 - as JSON has it
    """A ready-made rule with these parts of its document; its title is the rule's name."""
    return ReadyMade(key, title, why, RuleDocument.parse({"name": title, "trigger": trigger, **parts}))


def condition(field: str, operator: Operator, value: str | float | bool) -> dict[str, object]:  # noqa: FBT001 - a value
    """A condition as JSON has it."""
    return {"field": field, "operator": operator, "value": value}


def action(kind: RuleAction, **params: object) -> dict[str, object]:
    """An action as JSON has it."""
    return {"type": kind, "params": params}


READY_MADE: tuple[ReadyMade, ...] = (
    ready(
        "cluster-new-keywords",
        "Cluster new keywords",
        "An import goes on to clusters by itself, without the keywords that hardly anybody searches.",
        RuleTrigger.KEYWORD_ADDED,
        conditions=[condition("volume", Operator.GTE, 100)],
        actions=[action(RuleAction.CLUSTER_KEYWORDS)],
        max_executions_per_day=3,
        credit_limit_per_execution=50,
    ),
    ready(
        "ideas-for-strong-clusters",
        "Plan ideas for strong clusters",
        "Topics that many people search get their articles planned at once; the others wait for you.",
        RuleTrigger.CLUSTER_CREATED,
        conditions=[condition("volume", Operator.GTE, 1_000)],
        actions=[action(RuleAction.GENERATE_IDEAS)],
        max_executions_per_day=3,
        credit_limit_per_execution=30,
    ),
    ready(
        "tell-about-ideas",
        "Tell us about new ideas",
        "Somebody looks at new ideas while they are fresh, and approves those that are to be written.",
        RuleTrigger.IDEA_CREATED,
        actions=[action(RuleAction.NOTIFY, message="New ideas have been planned: look which are to be written.")],
        max_executions_per_day=1,
    ),
    ready(
        "write-new-tasks",
        "Write new tasks",
        "What was decided is written within minutes, as far as the credits that you set reach.",
        RuleTrigger.TASK_CREATED,
        actions=[action(RuleAction.GENERATE_CONTENT)],
        max_executions_per_day=5,
        credit_limit_per_execution=100,
    ),
    ready(
        "optimize-weak-drafts",
        "Optimize weak drafts",
        "Drafts with a low score are improved before anybody reviews them.",
        RuleTrigger.CONTENT_GENERATED,
        conditions=[condition("score", Operator.LT, 60)],
        actions=[action(RuleAction.OPTIMIZE_CONTENT)],
        max_executions_per_day=5,
        credit_limit_per_execution=50,
    ),
    ready(
        "link-approved-articles",
        "Link approved articles",
        "An approved article that leads nowhere yet gets links to your other articles before it is published.",
        RuleTrigger.CONTENT_APPROVED,
        conditions=[condition("internal_links", Operator.LT, 3)],
        actions=[action(RuleAction.LINK_CONTENT)],
        max_executions_per_day=10,
        credit_limit_per_execution=20,
    ),
    ready(
        "tell-about-publications",
        "Tell us what went out",
        "Whoever shares new articles elsewhere hears of them.",
        RuleTrigger.CONTENT_PUBLISHED,
        actions=[action(RuleAction.NOTIFY, message="New articles are on the website.")],
        max_executions_per_day=5,
    ),
    ready(
        "tell-reviewers",
        "Tell reviewers that articles wait",
        "After a run that wrote articles, those who review know that there is something to do.",
        RuleTrigger.RUN_COMPLETED,
        conditions=[condition("articles_written", Operator.GTE, 1)],
        actions=[action(RuleAction.NOTIFY, message="A run has written articles: they wait for your review.")],
        max_executions_per_day=5,
    ),
    ready(
        "tell-about-failures",
        "Tell us when runs fail",
        "A failed run is looked at the same day; more than a few messages a day help nobody.",
        RuleTrigger.RUN_FAILED,
        actions=[action(RuleAction.NOTIFY, message="A run has failed: its page says why, and what to do.")],
        max_executions_per_day=3,
    ),
    ready(
        "weekly-run",
        "Run the pipeline every Monday",
        "The week begins with new articles, where there are credits for some.",
        RuleTrigger.SCHEDULE,
        schedule="0 6 * * mon",
        conditions=[condition("available_credits", Operator.GTE, 50)],
        actions=[action(RuleAction.RUN_PIPELINE)],
        max_executions_per_day=1,
        credit_limit_per_execution=200,
    ),
)


def ready_made(key: str) -> ReadyMade:
    """The ready-made rule of this key. Raises NotFound naming those that there are."""
    for each in READY_MADE:
        if each.key == key:
            return each
    known = ", ".join(each.key for each in READY_MADE)
    raise NotFound(f"There is no ready-made rule {key[:100]!r}. There are: {known}.")
