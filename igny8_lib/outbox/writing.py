"""Writing down that something happened, in the transaction that makes it happen; nothing is committed here.

An event names all items that one thing happened to at once: an import of 100,000 keywords is as many rows as it has
blocks, not as many as it has keywords.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ScalarSelect, insert, select
from sqlalchemy.orm import Session

from igny8_lib.models import AutomationRun, DomainEvent, RuleTrigger

MOST_ITEMS = 5_000
"""Items of one event; what happened to more is several events, written with one statement."""


def write_events(
    session: Session,
    site_id: int,
    kind: RuleTrigger,
    item_ids: Sequence[int],
    *,
    run_id: int | None = None,
    cause_id: int | None = None,
) -> None:
    """Write down that this happened to the items; one statement, none for no item.

    What a run made is named by `run_id` (primary key): a rule that started the run is the event's cause then.
    `cause_id` is an execution of a rule where it is known without a run.
    """
    if not item_ids:
        return
    cause = cause_id if run_id is None else cause_of_run(site_id, run_id)
    session.execute(
        insert(DomainEvent).values(
            [
                {"site_id": site_id, "kind": kind, "item_ids": list(item_ids[start : start + MOST_ITEMS])}
                | {"cause_id": cause}
                for start in range(0, len(item_ids), MOST_ITEMS)
            ]
        )
    )


def cause_of_run(site_id: int, run_id: int) -> ScalarSelect[int | None]:
    """The execution that started the run, as a part of a statement."""
    mine = (AutomationRun.site_id == site_id, AutomationRun.id == run_id)
    return select(AutomationRun.rule_execution_id).where(*mine).scalar_subquery()
