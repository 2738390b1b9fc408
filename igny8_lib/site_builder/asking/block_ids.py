"""The ids of blocks that an AI gave: those that are none, or that another block has, are made anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from igny8_lib.site_builder.blocks.parts import ANCHOR


def with_ids(blocks: Sequence[Any], others: Iterable[str] = ()) -> list[Any]:
    """The blocks, each with an id of its own where it is a block at all. New ids differ from those of `others`."""
    taken = {*others, *(given for block in blocks if (given := id_of(block)))}
    seen: set[str] = set()
    result = []
    for block in blocks:
        own = id_of(block)
        if isinstance(block, Mapping) and (not own or own in seen):
            own = free_id(str(block.get("type", "")), taken)
            result.append({**block, "id": own})
        else:
            result.append(block)
        taken.add(own)
        seen.add(own)
    return result


def id_of(block: object) -> str:
    """The id that a block has; "" where it has none that could be one."""
    given = block.get("id") if isinstance(block, Mapping) else getattr(block, "id", None)
    is_one = isinstance(given, str) and re.fullmatch(ANCHOR, given) and is_free(given)
    return given if is_one and isinstance(given, str) else ""


def is_free(block_id: str) -> bool:
    """Whether no part of every page has it (documents.Block)."""
    return block_id != "main" and not block_id.startswith("site-")


def free_id(kind: str, taken: set[str]) -> str:
    """An id made of the type's name that no block has: "faq", "faq-2", …"""
    base = re.sub(r"[^a-z0-9]+", "-", kind.lower()).strip("-")[:40]
    name = base if re.fullmatch(ANCHOR, base) and is_free(base) else "block"
    numbered = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return next(each for each in numbered if each not in taken)
