"""Kinds of work that cost credits, as pages call, draw and colour them: a kind has one colour on every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.models import Operation
from igny8_web.pages.shares import Part, parts_of
from igny8_web.pages.words import credits_


@dataclass(frozen=True)
class OperationLook:
    """How a kind of work is shown."""

    name: str
    icon: str
    colour: str


LOOKS = {
    Operation.CLUSTERING: OperationLook("Clustering", "key", "f1"),
    Operation.IDEA_GENERATION: OperationLook("Ideas", "bulb", "f2"),
    Operation.CONTENT_GENERATION: OperationLook("Articles", "doc", "f3"),
    Operation.IMAGE_PROMPT_EXTRACTION: OperationLook("Image prompts", "pen", "f4"),
    Operation.IMAGE_GENERATION: OperationLook("Images", "image", "f5"),
    Operation.LINKING: OperationLook("Links", "link", "f6"),
    Operation.OPTIMIZATION: OperationLook("Optimizing", "up", "f6"),
    Operation.SITE_STRUCTURE_GENERATION: OperationLook("Site structures", "layers", "f6"),
    Operation.SITE_PAGE_GENERATION: OperationLook("Site pages", "globe", "f6"),
}
REST = "f6"
"""The colour of what has none of its own; drawn as one part."""


def parts_by_operation(amounts: Mapping[Operation, Credits]) -> list[Part]:
    """The parts of a ring or a bar, the largest first; all kinds without a colour of their own are one part.

    What was paid back beyond what was charged is no part of a whole, and left out.
    """
    charged = {operation: amount for operation, amount in amounts.items() if amount > ZERO}
    looks = {LOOKS[each]: amount for each, amount in charged.items()}
    shown = [(look.colour, look.name, amount) for look, amount in looks.items() if look.colour != REST]
    if rest := {look.name: amount for look, amount in looks.items() if look.colour == REST}:
        shown.append((REST, ", ".join(sorted(rest)), Credits.total(rest.values())))
    shown.sort(key=lambda part: -part[2].hundredths)
    return parts_of((colour, name, credits_(amount), amount.hundredths) for colour, name, amount in shown)
