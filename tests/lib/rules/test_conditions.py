"""Conditions: which are refused, and what the verdict and its explanation say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from igny8_lib.models import RuleTrigger
from igny8_lib.rules.conditions import GREATEST, HOLDS, Verdict, check_conditions, judge
from igny8_lib.rules.documents import BadRule, Condition, Operator
from igny8_lib.rules.facts import FACTS, ITEM_WORDS, OPERATOR_WORDS, OPERATORS, Fact, FactKind, fact_of

KEYWORD, CONTENT = RuleTrigger.KEYWORD_ADDED, RuleTrigger.CONTENT_GENERATED
ALL_FACTS = [(trigger, fact) for trigger, facts in FACTS.items() for fact in facts]
FACT_IDS = [f"{trigger.value}-{fact.name}" for trigger, fact in ALL_FACTS]
FITTING: dict[FactKind, Any] = {FactKind.TEXT: "shed", FactKind.NUMBER: 5, FactKind.FLAG: True}
UNFITTING: dict[FactKind, list[Any]] = {
    FactKind.TEXT: [5, 5.5, True, "", " \t", "\u200b", "a\x00b"],
    FactKind.NUMBER: ["5", True, False, "", GREATEST + 1, -GREATEST - 1, 10**4_000, 1e300],
    FactKind.CHOICE: ["never heard of", "", 1, True, "COMMERCIAL"],
    FactKind.FLAG: ["true", "yes", 1, 0, 1.0],
}


def condition(field: str, operator: str, value: object) -> Condition:
    return Condition.model_validate({"field": field, "operator": operator, "value": value})


def fitting(fact: Fact) -> object:
    return fact.choices[0] if fact.kind is FactKind.CHOICE else FITTING[fact.kind]


def refused(trigger: RuleTrigger, *conditions: Condition) -> tuple[str, str]:
    with pytest.raises(BadRule) as caught:
        check_conditions(trigger, conditions)
    return caught.value.field, str(caught.value)


def why_not(trigger: RuleTrigger, given: Condition, value: Any) -> str:
    verdict = judge(trigger, [given], {given.field: value})
    assert not verdict.holds
    (reason,) = verdict.why_not
    return reason


def test_every_trigger_has_facts_with_names_of_their_own_and_words_for_its_items() -> None:
    assert set(FACTS) == set(ITEM_WORDS) == set(RuleTrigger)
    for facts in FACTS.values():
        assert len({fact.name for fact in facts}) == len({fact.label for fact in facts}) == len(facts) > 0


def test_every_operator_has_words_and_a_kind_that_it_fits() -> None:
    assert set(OPERATOR_WORDS) == set(Operator)
    assert {operator for fitting in OPERATORS.values() for operator in fitting} == set(Operator)


@pytest.mark.parametrize(("trigger", "fact"), ALL_FACTS, ids=FACT_IDS)
def test_each_fact_takes_the_operators_of_its_kind_and_no_others(trigger: RuleTrigger, fact: Fact) -> None:
    for operator in Operator:
        given = condition(fact.name, operator, [fitting(fact)] if operator is Operator.IN else fitting(fact))
        if operator in fact.operators:
            check_conditions(trigger, [given])
            continue
        field, said = refused(trigger, given)
        assert field == "conditions.0.operator"
        assert fact.label in said
        assert all(each.value in said for each in fact.operators)


@pytest.mark.parametrize(("trigger", "fact"), ALL_FACTS, ids=FACT_IDS)
def test_each_fact_refuses_values_of_another_kind(trigger: RuleTrigger, fact: Fact) -> None:
    operator = fact.operators[0]
    for value in UNFITTING[fact.kind]:
        field, said = refused(trigger, condition(fact.name, operator, value))
        assert field == "conditions.0.value"
        assert fact.label in said.lower() or fact.label in said
        assert len(said) < 400


@pytest.mark.parametrize(("trigger", "fact"), ALL_FACTS, ids=FACT_IDS)
def test_a_list_is_for_in_and_in_is_for_a_list(trigger: RuleTrigger, fact: Fact) -> None:
    one = fitting(fact)
    for operator in fact.operators:
        wrong = one if operator is Operator.IN else [one]
        assert refused(trigger, condition(fact.name, operator, wrong))[0] == "conditions.0.value"
        if operator is Operator.IN:
            mixed = [one, UNFITTING[fact.kind][0]]
            assert refused(trigger, condition(fact.name, operator, mixed))[0] == "conditions.0.value"


def test_an_unknown_fact_is_refused_with_those_that_there_are() -> None:
    field, said = refused(KEYWORD, condition("volume", "gte", 1), condition("volumen", "gte", 1))

    assert field == "conditions.1.field"
    assert "'volumen'" in said
    assert all(fact.name in said for fact in FACTS[KEYWORD])


def test_a_fact_of_another_trigger_is_unknown() -> None:
    with pytest.raises(BadRule, match="A keyword has no fact 'word_count'"):
        fact_of(KEYWORD, "word_count")


def test_all_conditions_must_hold_and_each_that_does_not_says_why() -> None:
    wanted = [condition("volume", "gte", 100), condition("words", "lte", 3), condition("keyword", "contains", "cost")]

    assert judge(KEYWORD, wanted, {"volume": 100, "words": 3, "keyword": "Roof COST"}) == HOLDS
    assert judge(KEYWORD, wanted, {"volume": 80, "words": 3, "keyword": "roof"}) == Verdict(
        holds=False, why_not=("volume 80 is not ≥ 100", "keyword “roof” does not contain “cost”")
    )


def test_no_conditions_always_hold() -> None:
    assert judge(KEYWORD, [], {}) == HOLDS


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "said"),
    [
        ("gte", 100, 80, "volume 80 is not ≥ 100"),
        ("gt", 100, 100, "volume 100 is not > 100"),
        ("lte", 1000, 12000, "volume 12,000 is not ≤ 1,000"),
        ("lt", 0, 0, "volume 0 is not < 0"),
        ("eq", 100, 80, "volume 80 is not 100"),
        ("ne", 100, 100, "volume 100 is excluded"),
        ("in", [1, 2.5], 3, "volume 3 is not one of 1, 2.5"),
        ("in", [1, 2, 3, 4, 5, 6, 7], 8, "volume 8 is not one of 1, 2, 3, 4, 5 and 2 more"),
        ("gte", 100, None, "volume is unknown, not ≥ 100"),
        ("ne", 100, None, "volume is unknown, not other than 100"),
        ("in", [1], None, "volume is unknown, not one of 1"),
    ],
)
def test_a_number_that_does_not_fit_is_explained(operator: str, wanted: object, value: object, said: str) -> None:
    assert why_not(KEYWORD, condition("volume", operator, wanted), value) == said


def test_texts_choices_flags_and_lists_are_explained_in_words() -> None:
    roof, used = condition("sector", "contains", "roof"), condition("disabled", "eq", False)  # noqa: FBT003 - JSON's
    plain, tagged = condition("content_type", "eq", "list"), condition("tags", "contains", "x")

    assert why_not(KEYWORD, roof, None) == "sector is unknown, and does not contain “roof”"
    assert why_not(KEYWORD, used, value=True) == "disabled yes is not no"
    assert why_not(RuleTrigger.IDEA_CREATED, plain, "how_to") == "content type how to is not list"
    assert why_not(CONTENT, tagged, ("a", "b")) == "list of tags “a”, “b” does not contain “x”"
    assert why_not(CONTENT, tagged, ()) == "list of tags (empty) does not contain “x”"


@pytest.mark.parametrize(
    ("wanted", "value"),
    [(0.1, Decimal("0.10")), (0.3, Decimal("0.30")), (1.0, 1), (1, 1.0), (10**12, Decimal(10) ** 12), (-0.0, 0)],
)
def test_numbers_are_compared_by_their_digits(wanted: float, value: Any) -> None:
    for operator in ("eq", "gte", "lte"):
        assert judge(KEYWORD, [condition("cpc", operator, wanted)], {"cpc": value}).holds
    for operator in ("ne", "gt", "lt"):
        assert not judge(KEYWORD, [condition("cpc", operator, wanted)], {"cpc": value}).holds


def test_three_tenths_are_not_a_tenth_and_two_of_the_floats() -> None:
    assert not judge(KEYWORD, [condition("cpc", "eq", 0.1 + 0.2)], {"cpc": Decimal("0.3")}).holds


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ("roof cost", "ROOF  Cost"),
        ("don't", "Don’t"),
        ("straße", "STRASSE"),
        ("café", "cafe\u0301"),
        ("roof", "ro\u00adof\u200b"),
        ("well-known", "well–known"),
    ],
)
def test_texts_are_compared_as_keywords_are(wanted: str, value: str) -> None:
    for operator, given in (("eq", wanted), ("contains", wanted), ("in", [wanted, "x"])):
        assert judge(KEYWORD, [condition("keyword", operator, given)], {"keyword": value}).holds
    assert not judge(KEYWORD, [condition("keyword", "ne", wanted)], {"keyword": value}).holds


def test_a_list_contains_a_whole_text_of_its_own() -> None:
    tags = {"tags": ("Garden sheds", "Wood")}

    assert judge(CONTENT, [condition("tags", "contains", "garden SHEDS")], tags).holds
    assert not judge(CONTENT, [condition("tags", "contains", "garden")], tags).holds


def test_hostile_texts_are_explained_without_what_they_hide() -> None:
    said = why_not(KEYWORD, condition("keyword", "eq", "{0}{value} %s"), "\x1b[31mred\u202e{wanted}" + "x" * 5_000)

    assert said == "keyword “[31mred{wanted}" + "x" * 45 + "…” is not “{0}{value} %s”"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (condition("gone", "eq", 1), "“gone” is no fact of a keyword"),
        (condition("volume", "contains", 1), "contains does not fit volume"),
        (condition("volume", "gte", "100"), "Volume is a number"),
        (condition("volume", "in", 100), "in needs a list"),
        (condition("keyword", "eq", ["a"]), "not with a list"),
    ],
)
def test_a_condition_that_does_not_fit_any_more_holds_of_nothing(given: Condition, said: str) -> None:
    verdict = judge(KEYWORD, [given], {"volume": 100, "keyword": "a", "gone": 1})

    assert not verdict.holds
    assert said in verdict.why_not[0]
