"""Conditions, random ones of every fact and operator, against a reference evaluator that shares no code with them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from igny8_lib.models import RuleTrigger
from igny8_lib.rules.conditions import GREATEST, check_conditions, judge
from igny8_lib.rules.documents import BadRule, Condition, Operator, RuleDocument
from igny8_lib.rules.facts import FACTS, Fact, FactKind
from tests.lib.rules import reference_evaluator

ALL_FACTS = [(trigger, fact) for trigger, facts in FACTS.items() for fact in facts]
COMBINATIONS = [(trigger, fact, operator) for trigger, fact in ALL_FACTS for operator in fact.operators]
HOSTILE = (
    *("", " ", "\u200b", "\x1b[2J", "\u202eabc", "{wanted}", "%s%n", "<script>", "' OR 1=1 --", "${x}"),
    *(
        "ﬁne",
        "İstanbul",
        "ǅ",
        "ΑΣ",
        "ß",
        "STRASSE",
        "cafe\u0301",
        "café",
        "don’t",
        "don't",
        "a–b",
        "a-b",
        "roof\u00adtop",
    ),
)
WORDS = st.lists(st.sampled_from(("roof", "Roof", "COST", "shed", "a", "б", "屋根", "-", "'", '"')), max_size=4)
TEXTS = st.one_of(
    WORDS.map(" ".join),
    st.sampled_from(HOSTILE),
    st.text(alphabet=st.sampled_from("aAbBeE\u0301ßﬁ’'–-  \u200b\u00ad"), max_size=8),
)
NUMBERS = st.one_of(
    st.integers(-3, 3),
    st.integers(-GREATEST, GREATEST),
    st.sampled_from((0.1, 0.2, 0.3, 0.1 + 0.2, 1e-9, 1.0, 100.0, -0.0, 5e-324, 999_999_999_999.9)),
    st.floats(-1e6, 1e6, allow_nan=False),
)


def is_wanted(text: str) -> bool:
    """Whether a condition may compare with it."""
    return bool(reference_evaluator.fold(text)) and "\x00" not in text


def wanted_values(fact: Fact) -> st.SearchStrategy[Any]:
    match fact.kind:
        case FactKind.TEXT:
            return TEXTS.filter(is_wanted)
        case FactKind.NUMBER:
            return NUMBERS
        case FactKind.CHOICE:
            return st.sampled_from(fact.choices)
    return st.booleans()


def item_values(fact: Fact) -> st.SearchStrategy[Any]:
    """What an item can have; None is unknown."""
    match fact.kind:
        case FactKind.TEXT:
            one = TEXTS
            return st.none() | (st.lists(one, max_size=4).map(tuple) if fact.is_list else one)
        case FactKind.NUMBER:
            return st.none() | NUMBERS | NUMBERS.map(lambda number: Decimal(str(number)))
        case FactKind.CHOICE:
            return st.none() | st.sampled_from(fact.choices)
    return st.none() | st.booleans()


@st.composite
def conditions_with_items(draw: st.DrawFn) -> tuple[RuleTrigger, Fact, Condition, Any]:
    """A condition that fits its fact, and what an item has; often the same, or next to it."""
    trigger, fact, operator = draw(st.sampled_from(COMBINATIONS))
    single = wanted_values(fact)
    value = draw(st.lists(single, min_size=1, max_size=8) if operator is Operator.IN else single)
    has = draw(item_values(fact))
    if draw(st.booleans()) and has is not None and not fact.is_list:
        has = value[0] if isinstance(value, list) else value
        if fact.kind is FactKind.TEXT and draw(st.booleans()):
            has = f" x{has.upper()}y" if draw(st.booleans()) else has.swapcase()
    document = {"field": fact.name, "operator": operator.value, "value": value}
    return trigger, fact, Condition.model_validate(document), has


def kind_of(fact: Fact) -> str:
    return "texts" if fact.is_list else fact.kind.value


@settings(max_examples=1_000, deadline=None)
@given(conditions_with_items())
def test_a_condition_holds_where_the_reference_says_so(drawn: tuple[RuleTrigger, Fact, Condition, Any]) -> None:
    trigger, fact, condition, has = drawn
    check_conditions(trigger, [condition])

    verdict = judge(trigger, [condition], {fact.name: has})

    assert verdict.holds is reference_evaluator.holds(kind_of(fact), condition.model_dump_json(), has)
    assert verdict.holds is (verdict.why_not == ())


@settings(max_examples=200, deadline=None)
@given(st.lists(conditions_with_items(), max_size=6), st.sampled_from(sorted(FACTS)))
def test_several_conditions_hold_where_each_does_and_the_reasons_are_of_those_that_do_not(
    drawn: list[tuple[RuleTrigger, Fact, Condition, Any]], other: RuleTrigger
) -> None:
    trigger = drawn[0][0] if drawn else other
    conditions = [condition for _, _, condition, _ in drawn]
    values = {fact.name: has for each, fact, _, has in drawn if each is trigger}
    each = [judge(trigger, [condition], values) for condition in conditions]

    verdict = judge(trigger, conditions, values)

    assert verdict.holds is all(one.holds for one in each)
    assert verdict.why_not == tuple(reason for one in each for reason in one.why_not)


@settings(max_examples=200, deadline=None)
@given(conditions_with_items())
def test_an_explanation_is_one_short_line_that_a_terminal_can_show(
    drawn: tuple[RuleTrigger, Fact, Condition, Any],
) -> None:
    trigger, fact, condition, has = drawn
    for reason in judge(trigger, [condition], {fact.name: has}).why_not:
        assert reason.startswith(fact.label)
        assert len(reason) < 700
        assert not any(ord(character) < 32 or character in "\u202e\x7f" for character in reason)


@settings(max_examples=200, deadline=None)
@given(conditions_with_items())
def test_a_condition_comes_back_from_json_as_it_was(drawn: tuple[RuleTrigger, Fact, Condition, Any]) -> None:
    trigger, fact, condition, has = drawn

    back = Condition.model_validate(json.loads(json.dumps(condition.model_dump(mode="json"))))

    assert back == condition
    check_conditions(trigger, [back])
    assert judge(trigger, [back], {fact.name: has}) == judge(trigger, [condition], {fact.name: has})


@pytest.mark.parametrize(
    "value", [100, 0.1, 1.0, True, False, "Ünï’“{}", 10**12, -5, 1e-9, [1, 2.5], ["a", "b"], [True]]
)
def test_a_condition_comes_back_from_the_database_as_it_was(session: Session, value: object) -> None:
    condition = Condition.model_validate({"field": "volume", "operator": "in", "value": value})
    stored = text("SELECT CAST(:document AS jsonb)").bindparams(document=condition.model_dump_json())

    back = Condition.model_validate(session.execute(stored).scalar_one())

    assert repr(back) == repr(condition)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(FACTS)),
    st.sampled_from(sorted({fact.name for _, fact in ALL_FACTS})) | st.text(max_size=5),
    st.sampled_from(sorted(Operator)) | st.text(max_size=5),
    ANYTHING,
)
def test_whatever_json_holds_is_a_condition_that_can_be_judged_or_is_refused_with_its_place(
    trigger: RuleTrigger, field: object, operator: object, value: object
) -> None:
    document = {
        "name": "Any",
        "trigger": trigger.value,
        "conditions": [{"field": field, "operator": operator, "value": value}],
        "actions": [{"type": "notify", "params": {"message": "Hello"}}],
    }

    refused_at = place_of_refusal(trigger, document)

    if refused_at is None:
        assert not judge(trigger, RuleDocument.parse(document).conditions, {}).holds
    else:
        assert refused_at.startswith("conditions.0")


def place_of_refusal(trigger: RuleTrigger, document: dict[str, Any]) -> str | None:
    try:
        check_conditions(trigger, RuleDocument.parse(document).conditions)
    except BadRule as refused:
        return refused.field
    return None
