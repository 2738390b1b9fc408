"""Numbers of an answer in a sentence about it: a model may give very many of them, and very long ones."""

from __future__ import annotations

from collections.abc import Sequence

MAX_TOLD = 40
MAX_DIGITS = 12


def list_numbers(numbers: Sequence[int]) -> str:
    """1, 4, 7; of very many the first ones, of very long ones their beginning."""
    told = ", ".join(str(n)[:MAX_DIGITS] for n in numbers[:MAX_TOLD]) or "none"
    return told if len(numbers) <= MAX_TOLD else f"{told} and {len(numbers) - MAX_TOLD} more"
