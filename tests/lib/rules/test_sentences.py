"""Rules as sentences."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.models import ContentSource, RuleTrigger
from igny8_lib.rules.documents import CRON, Condition, Operator, RuleDocument
from igny8_lib.rules.facts import FACTS
from igny8_lib.rules.sentences import (
    SOURCE_WORDS,
    TRIGGER_WORDS,
    condition_words,
    limit_words,
    sentence,
    trigger_words,
)

ZONE = "Europe/Berlin"
NO_LIMIT = {"max_executions_per_day": 0, "credit_limit_per_execution": 0}


def said(trigger: str, *actions: dict[str, Any], **parts: Any) -> str:
    """The sentence of a rule of these parts; without limits where none are given."""
    document = RuleDocument.parse({"name": "R", "trigger": trigger, "actions": list(actions)} | NO_LIMIT | parts)
    return sentence(document, ZONE).removesuffix(", without a limit of its own.")


def do(kind: str, **params: Any) -> dict[str, Any]:
    return {"type": kind, "params": params}


def holds(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def test_the_example_of_the_specification() -> None:
    rule = {
        "conditions": [holds("volume", "gte", 100)],
        "max_executions_per_day": 3,
        "credit_limit_per_execution": 50,
    }
    assert said("keyword_added", do("cluster_keywords"), **rule) == (
        "When keywords are added and volume is at least 100, cluster them, "
        "at most 3 times a day for at most 50 credits."
    )


def test_a_schedule_is_said_in_words_with_its_zone_and_if() -> None:
    rule = {"schedule": "0 6 * * mon-fri", "conditions": [holds("available_credits", "gte", 50)]}
    assert said("schedule", do("run_pipeline"), **rule) == (
        "At 06:00, Monday through Friday (Europe/Berlin), if available credits is at least 50, run the whole pipeline"
    )


@pytest.mark.parametrize("schedule", ["", "whenever", "0 0 31 2 *", "x" * CRON])
def test_a_schedule_that_cannot_be_read_is_still_a_sentence(schedule: str) -> None:
    assert trigger_words(RuleTrigger.SCHEDULE, schedule, ZONE) == "On a schedule"


@pytest.mark.parametrize(
    ("trigger", "action", "words"),
    [
        ("keyword_added", do("cluster_keywords", items="waiting"), "cluster the keywords that wait"),
        ("keyword_added", do("cluster_keywords", items=[7]), "cluster 1 chosen keyword"),
        ("keyword_added", do("generate_ideas", items=[1, 2]), "plan ideas for 2 chosen clusters"),
        ("cluster_created", do("generate_ideas"), "plan ideas for them"),
        ("run_completed", do("generate_ideas"), "plan ideas for the matching clusters"),
        ("idea_created", do("generate_content"), "write articles for them"),
        ("task_created", do("generate_content"), "write articles for them"),
        (
            "schedule",
            do("generate_content", items="waiting"),
            "write articles for the ideas and writing tasks that wait",
        ),
        ("content_generated", do("optimize_content"), "optimize them"),
        ("content_generated", do("optimize_content", score_below=60), "optimize those of them with a score below 60"),
        (
            "keyword_added",
            do("optimize_content", articles="all", score_below=60, source="wordpress"),
            "optimize all articles from WordPress with a score below 60",
        ),
        ("content_approved", do("link_content", articles=[1, 2, 3]), "link 3 chosen articles"),
        ("run_failed", do("run_pipeline", stages=[2]), "run stage 2 of the pipeline"),
        ("run_failed", do("run_pipeline", stages=[3, 1, 1]), "run stages 1 and 3 of the pipeline"),
        ("run_failed", do("generate_site_structure", blueprint_id=4), "plan the pages of blueprint 4"),
        ("run_failed", do("generate_site_structure"), "plan the pages of the website"),
        ("run_failed", do("notify", message="Look\n at it."), "tell people “Look at it”"),
    ],
)
def test_what_is_done_is_said_with_what_it_is_done_to(trigger: str, action: dict[str, Any], words: str) -> None:
    assert said(trigger, action).endswith(f", {words}")


def test_several_conditions_and_actions_are_all_named_in_their_order() -> None:
    conditions = [holds("word_count", "lt", 1_500), holds("source", "in", ["igny8", "custom"]), holds("seo", "ne", 0)]
    actions = [do("optimize_content"), do("link_content"), do("notify", message="Done")]
    assert said("content_generated", *actions, conditions=conditions) == (
        "When articles are written and length is less than 1,500 words and source is one of igny8 or custom and "
        "SEO score is not 0, optimize them, link them and tell people “Done”"
    )


@pytest.mark.parametrize(
    ("executions", "credit_limit", "words"),
    [
        (0, 0, "without a limit of its own"),
        (1, 0, "at most once a day"),
        (1_000, 0, "at most 1,000 times a day"),
        (0, 0.5, "for at most 0.5 credits each time"),
        (1, 1, "at most once a day for at most 1 credit"),
        (3, 1_200.5, "at most 3 times a day for at most 1,200.5 credits"),
    ],
)
def test_limits_are_said_and_that_there_are_none(executions: int, credit_limit: float, words: str) -> None:
    assert limit_words(executions, credit_limit) == words


def test_every_trigger_and_source_has_its_words() -> None:
    assert set(TRIGGER_WORDS) == set(RuleTrigger)
    assert set(SOURCE_WORDS) == set(ContentSource)


def test_a_condition_on_every_fact_begins_with_its_label() -> None:
    for trigger, facts in FACTS.items():
        for fact in facts:
            for operator in fact.operators:
                value = ("a", "b") if operator is Operator.IN else "a"
                words = condition_words(trigger, Condition(field=fact.name, operator=operator, value=value))
                assert words.startswith(f"{fact.label} ")


def test_a_condition_on_what_is_no_fact_is_named_as_it_was_given() -> None:
    asked = Condition(field="colour", operator=Operator.EQ, value="red")
    assert condition_words(RuleTrigger.KEYWORD_ADDED, asked) == "colour is “red”"


def test_a_long_list_of_alternatives_is_cut_and_says_so() -> None:
    asked = Condition(field="intent", operator=Operator.IN, value=tuple(f"v{each}" for each in range(100)))
    assert condition_words(RuleTrigger.KEYWORD_ADDED, asked).endswith("95 more")


VALUES = st.one_of(st.text(max_size=30), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans())
CONDITIONS = st.builds(
    Condition,
    field=st.one_of(
        st.sampled_from(["volume", "intent", "disabled", "title"]), st.text("abc\n\u202e", min_size=1, max_size=9)
    ),
    operator=st.sampled_from(Operator),
    value=st.one_of(VALUES, st.lists(VALUES, min_size=1, max_size=8).map(tuple)),
)


@given(
    st.sampled_from(RuleTrigger),
    st.lists(CONDITIONS, max_size=3),
    st.text(min_size=1, max_size=200),
    st.text(max_size=20),
)
@settings(max_examples=200, deadline=None)
def test_whatever_people_have_typed_so_far_is_one_line_that_ends_with_a_stop(
    trigger: RuleTrigger, conditions: list[Condition], message: str, schedule: str
) -> None:
    actions = [do("notify", message=message)]
    typed = {"name": "R", "trigger": trigger, "actions": actions, "schedule": schedule}
    words = sentence(RuleDocument.parse(typed | {"conditions": conditions}), ZONE)
    assert words.endswith(".")
    assert len(words.splitlines()) == 1
    assert words.startswith(("When ", "On ", "At ", "Every "))
