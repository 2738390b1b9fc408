"""What a run of a rule's action is limited to: the items that wait, and how many are left out for which reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.models import Site
from igny8_lib.pipeline.chosen_items import require_stage, why_unusable
from igny8_lib.pipeline.stages import Stage, stage

REASONS = 5
"""Reasons that are told, the most frequent ones."""
UNKNOWN = "unknown"
"""What `why_unusable` says of an item that is not there."""


@dataclass(frozen=True)
class Selection:
    """What one part of an action would have a run do."""

    stages: tuple[int, ...]
    items: tuple[int, ...] = ()
    """Of the one stage; none for whatever waits."""
    left_out: tuple[str, ...] = ()
    """Why others are not taken."""
    nothing: str = ""
    """Why there is nothing to do; empty where there is something."""


def choose(session: Session, site: Site, number: int, ids: Sequence[int]) -> Selection:
    """Of these items those that wait for the stage, in its order.

    Raises ModuleDisabled or NotAllowed where the stage is off.
    """
    plan_by_values(session)
    wanted = as_it_runs(session, site, number)
    items = tuple(session.scalars(wanted.waiting(site.id, ids))) if ids else ()
    left_out = why_left_out(session, site, wanted, ids, items)
    nothing = "" if items else " ".join([f"None of the {wanted.takes} waits any more.", *left_out])
    return Selection((number,), items, left_out, nothing)


def plan_by_values(session: Session) -> None:
    """Let PostgreSQL plan each statement of the transaction by its own values.

    Parts are asked for with one statement each, which is prepared after some of them. A plan for any value holds every
    item against the list of ids from its beginning: half a minute for 5,000 of 100,000 keywords.
    """
    session.execute(select(func.set_config("plan_cache_mode", "force_custom_plan", True)))  # noqa: FBT003 - for this transaction


def as_it_runs(session: Session, site: Site, number: int) -> Stage:
    """The stage as the site has it. Raises ModuleDisabled or NotAllowed where it is off."""
    config = require_stage(session, site, stage(number))
    return stage(number).with_approval(needed=config.ideas_need_approval)


def why_left_out(
    session: Session, site: Site, wanted: Stage, asked: Sequence[int], taken: Sequence[int]
) -> tuple[str, ...]:
    """A sentence about the items that were asked for and not taken; nothing where all were."""
    chosen = set(taken)
    others = [each for each in asked if each not in chosen]
    reasons = why_unusable(session, site.id, wanted, others) if others else {}
    return sentence_of(reasons, len(asked), len(others), wanted.takes)


def sentence_of(reasons: Mapping[int, str], asked: int, left: int, takes: str) -> tuple[str, ...]:
    """ "2 of 20 keywords are left out: has a cluster already (2)." """
    if not left:
        return ()
    counted = Counter(in_general(reason) for reason in reasons.values()).most_common()
    told = ", ".join(f"{reason} ({number:,})" for reason, number in counted[:REASONS])
    return (f"{left:,} of {asked:,} {takes} are left out{': ' if told else ''}{told}.",)


def in_general(reason: str) -> str:
    """A reason without what concerns one item alone, so that it can be counted."""
    return "is gone" if reason == UNKNOWN else reason.partition(" (")[0]
