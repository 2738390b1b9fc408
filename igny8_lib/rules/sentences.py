"""A rule as a sentence, whole and in its parts.

"When keywords are added and volume is at least 100, cluster them, at most 3 times a day for at most 50 credits."

Nothing is raised for a rule that could not be saved: people see the sentence while they are still writing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from igny8_lib.models import ContentSource, RuleTrigger
from igny8_lib.rules import cron
from igny8_lib.rules.conditions import SHOWN_VALUES, said, shown
from igny8_lib.rules.documents import (
    Action,
    ArticleParams,
    BadRule,
    ClusterKeywords,
    Condition,
    GenerateContent,
    GenerateIdeas,
    GenerateSiteStructure,
    LinkContent,
    Notify,
    OptimizeContent,
    PipelineParams,
    Plain,
    RuleDocument,
    RunPipeline,
)
from igny8_lib.rules.facts import BY_NAME, ITEM_WORDS, OPERATOR_WORDS, Fact, FactKind
from igny8_lib.text.names import clean_name

TRIGGER_WORDS: Mapping[RuleTrigger, str] = {
    RuleTrigger.SCHEDULE: "On a schedule",
    RuleTrigger.KEYWORD_ADDED: "When keywords are added",
    RuleTrigger.CLUSTER_CREATED: "When clusters are created",
    RuleTrigger.IDEA_CREATED: "When ideas are created",
    RuleTrigger.TASK_CREATED: "When writing tasks are created",
    RuleTrigger.CONTENT_GENERATED: "When articles are written",
    RuleTrigger.CONTENT_APPROVED: "When articles are approved",
    RuleTrigger.CONTENT_PUBLISHED: "When articles are published",
    RuleTrigger.RUN_COMPLETED: "When a run completes",
    RuleTrigger.RUN_FAILED: "When a run fails",
}
"""The beginning of a rule's sentence; also what is offered where a trigger is chosen."""

SOURCE_WORDS: Mapping[ContentSource, str] = {
    ContentSource.IGNY8: "written here",
    ContentSource.WORDPRESS: "from WordPress",
    ContentSource.SHOPIFY: "from Shopify",
    ContentSource.CUSTOM: "from elsewhere",
}
ALL_STAGES = 7
SHOWN_MESSAGE = 80
"""Characters of a message that a sentence repeats."""


def sentence(document: RuleDocument, zone: str) -> str:
    """The whole rule as one sentence; `zone` is the site's, in which its schedule is read."""
    trigger = document.trigger
    when = trigger_words(trigger, document.schedule, zone)
    holds = " and ".join(condition_words(trigger, each) for each in document.conditions)
    if holds:
        when += f", if {holds}" if trigger is RuleTrigger.SCHEDULE else f" and {holds}"
    done = enumerated([action_words(trigger, each) for each in document.actions])
    limits = limit_words(document.max_executions_per_day, document.credit_limit_per_execution)
    return f"{when}, {done}, {limits}."


def trigger_words(trigger: RuleTrigger, schedule: str = "", zone: str = "UTC") -> str:
    """What sets it off: "When keywords are added", "At 06:00, Monday through Friday (Europe/Berlin)"."""
    if trigger is RuleTrigger.SCHEDULE and schedule:
        try:
            return cron.parse(schedule).describe(zone)
        except BadRule:
            return TRIGGER_WORDS[trigger]
    return TRIGGER_WORDS[trigger]


def condition_words(trigger: RuleTrigger, condition: Condition) -> str:
    """What must hold: "volume is at least 100"; what is no fact of the trigger is named as it was given."""
    fact = BY_NAME[trigger].get(condition.field) or Fact(condition.field, condition.field, FactKind.TEXT)
    wanted = f"{value_words(fact, condition.value)}{unit_words(fact)}"
    return clean_name(f"{fact.label} {OPERATOR_WORDS[condition.operator]} {wanted}")


def value_words(fact: Fact, value: Plain | tuple[Plain, ...]) -> str:
    """A value, or a list of them as alternatives, which is cut where it is long."""
    if not isinstance(value, tuple) or len(value) > SHOWN_VALUES:
        return said(fact, value)
    return enumerated([said(fact, each) for each in value], last="or")


def unit_words(fact: Fact) -> str:
    """The unit behind a number, " words"; what is reckoned by time ("a month") goes without saying."""
    return f" {fact.unit}" if fact.unit and not fact.unit.startswith("a ") else ""


def action_words(trigger: RuleTrigger, action: Action) -> str:
    """What is done: "cluster them", "write articles for the ideas and writing tasks that wait"."""
    match action:
        case ClusterKeywords():
            words = f"cluster {items_words(trigger, action.params.items, 'keyword')}"
        case GenerateIdeas():
            words = f"plan ideas for {items_words(trigger, action.params.items, 'cluster')}"
        case GenerateContent():
            one = "idea" if trigger is RuleTrigger.IDEA_CREATED else "writing task"
            waiting = "ideas and writing tasks"
            words = f"write articles for {items_words(trigger, action.params.items, one, waiting=waiting)}"
        case OptimizeContent():
            words = f"optimize {article_words(trigger, action.params)}"
        case LinkContent():
            words = f"link {article_words(trigger, action.params)}"
        case RunPipeline():
            words = f"run {pipeline_words(action.params)}"
        case GenerateSiteStructure():
            words = f"plan the pages of {website_words(action.params.blueprint_id)}"
        case Notify():
            words = f"tell people {quoted(action.params.message)}"
    return words


def items_words(trigger: RuleTrigger, items: str | Sequence[int], one: str, *, waiting: str = "") -> str:
    """Which items: "them", "the keywords that wait", "3 chosen keywords"."""
    if items == "matched":
        return matched_words(trigger, one)
    return f"the {waiting or one + 's'} that wait" if isinstance(items, str) else chosen_words(items, one)


def matched_words(trigger: RuleTrigger, one: str) -> str:
    """The items that matched: "them" after a trigger that names some of this kind."""
    return "them" if ITEM_WORDS[trigger][0] == one else f"the matching {one}s"


def chosen_words(ids: Sequence[int], one: str) -> str:
    """Items that are named by their ids: "3 chosen keywords"."""
    return f"{len(ids):,} chosen {one}{'s' if len(ids) != 1 else ''}"


def article_words(trigger: RuleTrigger, params: ArticleParams) -> str:
    """Which articles: "them", "those of them with a score below 60", "all articles from WordPress"."""
    parts = [SOURCE_WORDS[params.source]] if params.source is not None else []
    if params.score_below is not None:
        parts.append(f"with a score below {params.score_below}")
    if params.articles == "matched":
        whole = matched_words(trigger, "article")
        whole = f"those of {whole}" if parts else whole
    else:
        whole = "all articles" if isinstance(params.articles, str) else chosen_words(params.articles, "article")
    return " ".join([whole, *parts])


def pipeline_words(params: PipelineParams) -> str:
    """How much of it: "the whole pipeline", "stages 1 and 2 of the pipeline"."""
    stages = sorted(set(params.stages))
    if len(stages) == ALL_STAGES:
        return "the whole pipeline"
    return f"stage{'s' if len(stages) > 1 else ''} {enumerated([str(each) for each in stages])} of the pipeline"


def website_words(blueprint_id: int | None) -> str:
    """Which website: "the website", "blueprint 4"."""
    return "the website" if blueprint_id is None else f"blueprint {blueprint_id}"


def limit_words(executions: int, credit_limit: float) -> str:
    """How often and for how much: "at most 3 times a day for at most 50 credits"; 0 is no limit."""
    credit = f"for at most {shown(credit_limit)} credit{'' if credit_limit == 1 else 's'}" if credit_limit else ""
    if not executions:
        return f"{credit} each time" if credit else "without a limit of its own"
    often = "once" if executions == 1 else f"{executions:,} times"
    return f"at most {often} a day {credit}".rstrip()


def quoted(message: str) -> str:
    """A message in quotation marks, on one line, without its full stop, cut where it is long."""
    line = clean_name(message).removesuffix(".")
    return f"“{line if len(line) <= SHOWN_MESSAGE else line[:SHOWN_MESSAGE].rstrip() + '…'}”"


def enumerated(parts: Sequence[str], *, last: str = "and") -> str:
    """Parts of a sentence in a row: "a, b and c"."""
    return f" {last} ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
