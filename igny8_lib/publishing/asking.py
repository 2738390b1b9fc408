"""Asking the same of several articles at once: of all that allow it, and why not of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import Publication

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Asked:
    """What is on its way now, and why the others are not, each by its article's id."""

    publications: list[Publication] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def ask_each(session: Session, content_ids: Sequence[int], act: Callable[[int], Publication]) -> Asked:
    """Do it for each article by itself, in the order of the ids: one that refuses leaves the others as they are.

    Raises InvalidInput for none or more than MOST_AT_ONCE of them.
    """
    if not 1 <= len(content_ids) <= MOST_AT_ONCE:
        raise InvalidInput(f"Name 1 to {MOST_AT_ONCE} articles at once, not {len(content_ids):,}.")
    asked = Asked()
    for content_id in dict.fromkeys(content_ids):
        try:
            with session.begin_nested():
                asked.publications.append(act(content_id))
        except (Conflict, NotFound) as refusal:
            asked.refused[content_id] = str(refusal)
    return asked
