"""Write docs/rules_facts.md from the facts and operators that the library knows. With --check, only say whether it is
up to date (exit code 1 where it is not)."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from igny8_lib.models import RuleTrigger
from igny8_lib.rules.documents import Operator
from igny8_lib.rules.facts import FACTS, ITEM_WORDS, OPERATORS, Fact, FactKind
from igny8_lib.rules.operators import COMPARISONS

TARGET = Path(__file__).resolve().parent / "rules_facts.md"
HEAD = """\
# What rules can ask

The facts of each trigger's items, and the operators that fit them. Made by `make docs` from
`igny8_lib/rules/facts.py` and `igny8_lib/rules/operators.py`: change those, not this page. What is done with them is
told in [rules](rules.md).
"""
SAMPLE = "100"


def page() -> str:
    """The whole page."""
    return HEAD + operators() + "".join(section(triggers) for triggers in by_facts())


def operators() -> str:
    """The operators, and the kinds of facts that they fit."""
    rows = [
        (f"`{operator.value}`", comparison.words, comparison.refusal.format(SAMPLE), kinds_of(operator))
        for operator, comparison in COMPARISONS.items()
    ]
    return "\n## Operators\n\n" + table(("operator", "in a sentence", "where it does not hold", "fits"), rows)


def kinds_of(operator: Operator) -> str:
    """The kinds of facts that an operator fits."""
    kinds = [kind.value for kind in FactKind if operator in OPERATORS[kind]]
    return ", ".join(kinds + (["list"] if operator is Operator.CONTAINS else []))


def by_facts() -> Iterator[Sequence[RuleTrigger]]:
    """The triggers, those together that have the same facts."""
    told: dict[Sequence[Fact], list[RuleTrigger]] = {}
    for trigger, facts in FACTS.items():
        told.setdefault(facts, []).append(trigger)
    yield from told.values()


def section(triggers: Sequence[RuleTrigger]) -> str:
    """The facts that these triggers share."""
    item = ITEM_WORDS[triggers[0]][0]
    names = ", ".join(f"`{trigger.value}`" for trigger in triggers)
    rows = [(f"`{fact.name}`", fact.label, kind_of(fact), about(fact)) for fact in FACTS[triggers[0]]]
    return f"\n## A {item}\n\nOf {names}.\n\n" + table(("fact", "in a sentence", "kind", "about it"), rows)


def kind_of(fact: Fact) -> str:
    """A fact's kind, and its unit."""
    kind = "list of texts" if fact.is_list else fact.kind.value
    return f"{kind}, {fact.unit}" if fact.unit else kind


def about(fact: Fact) -> str:
    """What else there is to know of it."""
    choices = "One of " + ", ".join(f"`{each}`" for each in fact.choices) + "." if fact.choices else ""
    return " ".join(filter(None, (fact.tooltip, choices)))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in lines)


def main() -> None:
    """Write the page, or say that it is out of date."""
    wanted = page()
    if "--check" not in sys.argv:
        TARGET.write_text(wanted, "utf-8")
    elif not TARGET.exists() or TARGET.read_text("utf-8") != wanted:
        raise SystemExit(f"docs/{TARGET.name} is out of date: run `make docs` and commit it.")


if __name__ == "__main__":
    main()
