"""Conditions: whether they fit the facts of a trigger, and whether they hold of an item, with the reasons why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from igny8_lib.models import RuleTrigger
from igny8_lib.rules.documents import BadRule, Condition, Operator
from igny8_lib.rules.facts import BY_NAME, ITEM_WORDS, OPERATOR_WORDS, Fact, FactKind, fact_of
from igny8_lib.rules.operators import COMPARISONS
from igny8_lib.text.characters import UNSTORABLE
from igny8_lib.text.names import clean_name
from igny8_lib.text.normalisation import normalise

Value = str | bool | int | float | Decimal | tuple[str, ...]
"""What a fact of an item is; a tuple for facts that are lists."""
Plain = str | bool | int | float
"""What JSON holds."""

GREATEST = 10**12
"""Beyond it, in either direction, no fact can be: a number in a condition is a typing error there."""
SHOWN_TEXT = 60
"""Characters of a text that an explanation repeats."""
LONGEST_NUMBER = 20
"""Digits before the point, or noughts behind it, that are written out."""
SHOWN_VALUES = 5
"""Values of a list that an explanation names."""


@dataclass(frozen=True)
class Verdict:
    """Whether all conditions hold of an item; why not, one sentence part for each that does not, in their order."""

    holds: bool
    why_not: tuple[str, ...]


HOLDS = Verdict(holds=True, why_not=())


def check_conditions(trigger: RuleTrigger, conditions: Sequence[Condition]) -> None:
    """Raises BadRule naming the first place that does not fit: "conditions.0.field", "….operator" or "….value"."""
    for number, condition in enumerate(conditions):
        place = f"conditions.{number}"
        fact = fact_of(trigger, condition.field, f"{place}.field")
        if (problem := operator_problem(fact, condition.operator)) is not None:
            raise BadRule(f"{place}.operator", problem)
        if (problem := value_problem(fact, condition.operator, condition.value)) is not None:
            raise BadRule(f"{place}.value", problem)


def operator_problem(fact: Fact, operator: Operator) -> str | None:
    """Why the operator does not fit the fact, as a sentence; None where it does."""
    if operator in fact.operators:
        return None
    fitting = ", ".join(f"{each.value} ({OPERATOR_WORDS[each]})" for each in fact.operators)
    return f"{operator.value} does not fit {fact.label}, which is {KIND_WORDS[fact.kind]}. Choose: {fitting}."


def value_problem(fact: Fact, operator: Operator, value: Plain | tuple[Plain, ...]) -> str | None:
    """Why the value does not fit the fact and an operator of its own, as a sentence; None where it does."""
    if operator is not Operator.IN:
        if isinstance(value, tuple):
            return f"{operator.value} compares with one value, not with a list: use in for a list."
        return single_problem(fact, value)
    if not isinstance(value, tuple) or not value:
        return "in needs a list of at least one value: [1, 2]."
    return next((problem for each in value if (problem := single_problem(fact, each)) is not None), None)


def single_problem(fact: Fact, value: Plain | tuple[Plain, ...]) -> str | None:
    """The same for one value; True is a flag's alone, though Python counts it among the numbers."""
    return PROBLEMS[fact.kind](fact, value)


def text_problem(fact: Fact, value: object) -> str | None:
    """A text must have something to compare: what an item does not have is unknown, and fulfils no condition."""
    if not isinstance(value, str):
        return f"{capital(fact.label)} is a text: give one in quotation marks, not {shown(value)}."
    if UNSTORABLE.search(value):
        return f"The text for {fact.label} has characters that cannot be stored (NUL or half of a pair): remove them."
    if not normalise(value):
        return f"The text for {fact.label} is blank: give what it is compared with."
    return None


def number_problem(fact: Fact, value: object) -> str | None:
    """A finite number within reason."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{capital(fact.label)} is a number: give one without quotation marks, not {shown(value)}."
    if not -GREATEST <= value <= GREATEST:  # NaN is not, either
        return f"{capital(fact.label)} is compared with numbers from {-GREATEST:,} to {GREATEST:,}."
    return None


def choice_problem(fact: Fact, value: object) -> str | None:
    """One of the words that there are."""
    if isinstance(value, str) and value in fact.choices:
        return None
    return f"{capital(fact.label)} is never {shown(value)}. It is one of: {', '.join(fact.choices)}."


def flag_problem(fact: Fact, value: object) -> str | None:
    """Yes or no."""
    return None if isinstance(value, bool) else f"{capital(fact.label)} is true or false, not {shown(value)}."


def capital(label: str) -> str:
    """The label at the beginning of a sentence."""
    return label[:1].upper() + label[1:]


KIND_WORDS: Mapping[FactKind, str] = {
    FactKind.TEXT: "text",
    FactKind.NUMBER: "a number",
    FactKind.CHOICE: "one of a few words",
    FactKind.FLAG: "true or false",
}
PROBLEMS: Mapping[FactKind, Callable[[Fact, Any], str | None]] = {
    FactKind.TEXT: text_problem,
    FactKind.NUMBER: number_problem,
    FactKind.CHOICE: choice_problem,
    FactKind.FLAG: flag_problem,
}


def judge(trigger: RuleTrigger, conditions: Sequence[Condition], values: Mapping[str, Value | None]) -> Verdict:
    """Whether all conditions hold of an item with these facts, and why not.

    What is unknown (None, or not there) fulfils no condition, `ne` as little as any other. So does a condition that
    does not fit the trigger's facts (any more): a rule that `check_conditions` would refuse never does anything.
    """
    return Judge(trigger, conditions).verdict(values)


class Judge:
    """The same for many items: what conditions compare with is made comparable once."""

    def __init__(self, trigger: RuleTrigger, conditions: Sequence[Condition]) -> None:
        self._tests = [test_of(trigger, condition) for condition in conditions]

    def verdict(self, values: Mapping[str, Value | None]) -> Verdict:
        """Whether all conditions hold of an item with these facts, and why not."""
        reasons = tuple(reason for test in self._tests if (reason := test(values)) is not None)
        return Verdict(holds=False, why_not=reasons) if reasons else HOLDS


Test = Callable[[Mapping[str, Value | None]], str | None]
"""Says why a condition does not hold of an item; None where it does."""


def test_of(trigger: RuleTrigger, condition: Condition) -> Test:
    """A condition as a function of an item's facts."""
    fact, operator, value = BY_NAME[trigger].get(condition.field), condition.operator, condition.value
    if fact is None:
        reason = f"{shown(condition.field)} is no fact of a {ITEM_WORDS[trigger][0]}"
        return lambda _: reason
    if (problem := operator_problem(fact, operator) or value_problem(fact, operator, value)) is not None:
        return lambda _: problem.removesuffix(".")
    comparison = COMPARISONS[operator]
    wanted = frozenset(map(comparable, value)) if isinstance(value, tuple) else comparable(value)
    wanted_words = said(fact, value)

    def test(values: Mapping[str, Value | None]) -> str | None:
        has = values.get(fact.name)
        if has is None:
            return f"{fact.label} is unknown, {comparison.unknown.format(wanted_words)}"
        if comparison.holds(comparable(has), wanted):
            return None
        return f"{fact.label} {said(fact, has)} {comparison.refusal.format(wanted_words)}"

    return test


def comparable(value: Value) -> object:
    """The value as it is compared: numbers exactly (0.1 as it is written, not as the float that is nearest), texts
    folded, each of a list for itself."""
    match value:
        case bool():
            return value
        case int() | float():
            return Decimal(str(value))
        case str():
            return normalise(value)
        case tuple():
            return tuple(normalise(each) for each in value)
    return value


def said(fact: Fact, value: Value | tuple[Plain, ...]) -> str:
    """A value, or a list of them, as an explanation names it."""
    if not isinstance(value, tuple):
        return choice_words(value) if fact.kind is FactKind.CHOICE and isinstance(value, str) else shown(value)
    if not value:
        return "(empty)"
    named = ", ".join(said(fact, each) for each in value[:SHOWN_VALUES])
    return named if len(value) <= SHOWN_VALUES else f"{named} and {len(value) - SHOWN_VALUES} more"


def choice_words(value: str) -> str:
    """A choice as people read it: "how to" for how_to."""
    return value.replace("_", " ")


def shown(value: object) -> str:
    """A value for people: numbers without needless digits, texts in quotation marks, cut where they are long."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float() | Decimal():
            return number_words(Decimal(str(value)))
        case str():
            cleaned = clean_name(value[: 4 * SHOWN_TEXT])
            return f"“{cleaned if len(cleaned) <= SHOWN_TEXT else cleaned[:SHOWN_TEXT] + '…'}”"
    return "a list"


def number_words(number: Decimal) -> str:
    """1,234.5 for 1234.50; powers of ten where the digits would be too many to read."""
    if not (number.is_finite() and -LONGEST_NUMBER < number.adjusted() < LONGEST_NUMBER):
        return f"{number:.6g}"
    plain = f"{number:,f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
