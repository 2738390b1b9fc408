"""What a rule may ask of the items of its trigger: the facts, their kinds, and the operators that fit each kind.

The items of a trigger are what it happened to: keywords, clusters, … runs; of a schedule it is the site itself. Where
the facts are read is in `reading`: it has all of these, and no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from igny8_lib.models import (
    ClusterStatus,
    CompetitionVerdict,
    ContentSource,
    ContentStatus,
    ContentType,
    IdeaStatus,
    KeywordStatus,
    RuleTrigger,
    SearchIntent,
    StoppedReason,
    TaskStatus,
    Trigger,
)
from igny8_lib.rules.documents import BadRule, Operator
from igny8_lib.rules.operators import COMPARISONS


class FactKind(StrEnum):
    """What a fact's values are."""

    TEXT = "text"
    """Compared as keywords are: neither case nor typographic forms count (text/normalisation.py)."""
    NUMBER = "number"
    """Compared exactly."""
    CHOICE = "choice"
    """One of a closed set of words."""
    FLAG = "flag"
    """Yes or no."""


OPERATORS: Mapping[FactKind, tuple[Operator, ...]] = {
    FactKind.TEXT: (Operator.EQ, Operator.NE, Operator.CONTAINS, Operator.IN),
    FactKind.NUMBER: (
        *(Operator.GTE, Operator.LTE, Operator.GT, Operator.LT),
        *(Operator.EQ, Operator.NE, Operator.IN),
    ),
    FactKind.CHOICE: (Operator.EQ, Operator.NE, Operator.IN),
    FactKind.FLAG: (Operator.EQ, Operator.NE),
}
"""In the order in which they are offered."""

OPERATOR_WORDS: Mapping[Operator, str] = {operator: each.words for operator, each in COMPARISONS.items()}
"""As they stand in a sentence between a fact's label and a value: "volume is at least 100"."""


@dataclass(frozen=True)
class Fact:
    """Something that is known, or may be, of every item of a trigger."""

    name: str
    """In conditions."""
    label: str
    """In sentences, before an operator's words."""
    kind: FactKind
    unit: str = ""
    """Of numbers, for people; empty where the label says it."""
    choices: tuple[str, ...] = ()
    """All values of the kind CHOICE."""
    tooltip: str = ""
    is_list: bool = False
    """Whether an item has any number of these texts: `contains` asks whether one of them is the value."""

    @property
    def operators(self) -> tuple[Operator, ...]:
        """Those that fit, in the order in which they are offered."""
        return (Operator.CONTAINS,) if self.is_list else OPERATORS[self.kind]


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def text(name: str, label: str, tooltip: str = "", *, is_list: bool = False) -> Fact:
    """A fact that is a text, or a list of them."""
    return Fact(name, label, FactKind.TEXT, tooltip=tooltip, is_list=is_list)


def number(name: str, label: str, tooltip: str = "", *, unit: str = "") -> Fact:
    """A fact that is a number."""
    return Fact(name, label, FactKind.NUMBER, unit=unit, tooltip=tooltip)


def choice(name: str, label: str, choices: type[StrEnum] | tuple[str, ...], tooltip: str = "") -> Fact:
    """A fact that is one of these words."""
    values = tuple(str(each) for each in choices)
    return Fact(name, label, FactKind.CHOICE, choices=values, tooltip=tooltip)


def flag(name: str, label: str, tooltip: str = "") -> Fact:
    """A fact that is so or not."""
    return Fact(name, label, FactKind.FLAG, tooltip=tooltip)


KEYWORD = (
    text("keyword", "keyword", "The search query itself."),
    number("volume", "volume", "Average monthly searches.", unit="a month"),
    number("difficulty", "difficulty", "0 to 100, as the export's tool saw it."),
    number("cpc", "cost per click", "In the export's own currency."),
    choice("intent", "search intent", SearchIntent, "As the export told it, else as clustering found it."),
    number("opportunity", "opportunity", "0 to 100: additional clicks that it may bring, on a logarithmic scale."),
    number("impressions", "impressions", "Of Search Console, in the exported period."),
    number("clicks", "clicks", "Of Search Console, in the exported period."),
    number("position", "position", "The best place in the results that an export told; 1 is the top."),
    number("words", "number of words", "Of the keyword, parted by blanks."),
    text("sector", "sector", "The label under which it was imported."),
    text("source_file", "source file", "The file that it came from."),
    choice("status", "status", KeywordStatus, "Mapped keywords belong to a cluster."),
    flag("disabled", "disabled", "Disabled keywords wait for nothing."),
)

CLUSTER = (
    text("name", "name"),
    number("keywords", "number of keywords", "Disabled ones do not count, in all figures of a cluster."),
    number("volume", "total volume", "Average monthly searches of its keywords together.", unit="a month"),
    number("difficulty", "mean difficulty", "0 to 100, of those of its keywords whose difficulty is known."),
    number("opportunity", "opportunity", "0 to 100: additional clicks that its keywords may bring together."),
    choice("intent", "search intent", SearchIntent, "The commonest of its keywords'."),
    number("ideas", "number of ideas", "Planned articles, wherever they stand."),
    choice("status", "status", ClusterStatus, "Mapped clusters have ideas."),
)

PLANNED = (
    text("title", "title"),
    choice("content_type", "content type", ContentType),
    choice("intent", "search intent", SearchIntent),
    text("cluster", "cluster", "The name of its cluster."),
    text("keywords", "list of keywords", "Those that the article is to rank for.", is_list=True),
    number("priority", "priority", "Higher ones are written first; unknown where nobody gave it one."),
)
"""What an article that is still to be written says of itself, as an idea and as a writing task."""

IDEA = (
    *PLANNED,
    number("estimated_word_count", "estimated length", unit="words"),
    flag("approved", "approved", "Whether people approved it."),
    choice("competition", "competition", CompetitionVerdict, "How it stood against the site's pages."),
    choice("status", "status", IdeaStatus),
)

TASK = (
    *PLANNED,
    number("word_count_target", "length wanted", unit="words"),
    choice("status", "status", TaskStatus),
)

CONTENT = (
    text("title", "title"),
    number("word_count", "length", unit="words"),
    number("score", "score", "0 to 100, of its last analysis; unknown where there was none."),
    number("seo", "SEO score", "0 to 100, a part of the score."),
    number("readability", "readability score", "0 to 100, a part of the score."),
    number("engagement", "engagement score", "0 to 100, a part of the score."),
    text("cluster", "cluster", "The name of its cluster."),
    text("primary_keyword", "primary keyword"),
    text("tags", "list of tags", is_list=True),
    text("categories", "list of categories", is_list=True),
    number("internal_links", "number of internal links", "Those that the Linker set."),
    text("language", "language", "The site's, as a code: en, de, pt-br."),
    choice("source", "source", ContentSource, "Who wrote it first."),
    choice("status", "status", ContentStatus),
)

RUN = (
    number("run_number", "run number"),
    choice("started_by", "start", Trigger, "What started it: a person, its schedule, the API or a rule."),
    choice("stopped_reason", "reason of its end", StoppedReason),
    number("credits_used", "credits used"),
    number("articles_written", "number of articles written"),
    number("failed_items", "number of failed items", "In all its stages."),
    number("minutes", "duration", "Pauses do not count.", unit="minutes"),
)

SITE = (
    number("keywords_waiting", "number of keywords waiting", "For clustering."),
    number("clusters_waiting", "number of clusters waiting", "For ideas."),
    number(
        "ideas_waiting",
        "number of ideas waiting",
        "To become writing tasks; those without an approval that they need do not count.",
    ),
    number("tasks_waiting", "number of writing tasks waiting", "To be written."),
    number("drafts_waiting", "number of drafts waiting", "For their images to be planned."),
    number("in_review", "number of articles in review"),
    number("approved_without_date", "number of approved articles without a date"),
    number("published", "number of published articles"),
    number("average_score", "average score", "Of all articles that were analysed, rounded to a tenth."),
    number("available_credits", "available credits", "Of the account: its balance without what is reserved."),
    choice("weekday", "weekday", WEEKDAYS, "In the site's time zone."),
    number("day_of_month", "day of the month", "1 to 31, in the site's time zone."),
)  # fmt: skip - one fact, one line

FACTS: Mapping[RuleTrigger, tuple[Fact, ...]] = {
    RuleTrigger.SCHEDULE: SITE,
    RuleTrigger.KEYWORD_ADDED: KEYWORD,
    RuleTrigger.CLUSTER_CREATED: CLUSTER,
    RuleTrigger.IDEA_CREATED: IDEA,
    RuleTrigger.TASK_CREATED: TASK,
    RuleTrigger.CONTENT_GENERATED: CONTENT,
    RuleTrigger.CONTENT_APPROVED: CONTENT,
    RuleTrigger.CONTENT_PUBLISHED: CONTENT,
    RuleTrigger.RUN_COMPLETED: RUN,
    RuleTrigger.RUN_FAILED: RUN,
}
"""Of each trigger's items, in the order in which they are offered."""

ITEM_WORDS: Mapping[RuleTrigger, tuple[str, str]] = {
    RuleTrigger.SCHEDULE: ("site", "sites"),
    RuleTrigger.KEYWORD_ADDED: ("keyword", "keywords"),
    RuleTrigger.CLUSTER_CREATED: ("cluster", "clusters"),
    RuleTrigger.IDEA_CREATED: ("idea", "ideas"),
    RuleTrigger.TASK_CREATED: ("writing task", "writing tasks"),
    RuleTrigger.CONTENT_GENERATED: ("article", "articles"),
    RuleTrigger.CONTENT_APPROVED: ("article", "articles"),
    RuleTrigger.CONTENT_PUBLISHED: ("article", "articles"),
    RuleTrigger.RUN_COMPLETED: ("run", "runs"),
    RuleTrigger.RUN_FAILED: ("run", "runs"),
}
"""What one item is called, and several."""

BY_NAME: Mapping[RuleTrigger, Mapping[str, Fact]] = {
    trigger: {fact.name: fact for fact in facts} for trigger, facts in FACTS.items()
}


def fact_of(trigger: RuleTrigger, name: str, place: str = "field") -> Fact:
    """The fact of this name. Raises BadRule naming those that there are; `place` is its field."""
    fact = BY_NAME[trigger].get(name)
    if fact is None:
        known = ", ".join(BY_NAME[trigger])
        raise BadRule(place, f"A {ITEM_WORDS[trigger][0]} has no fact {name!r}. It has: {known}.")
    return fact
