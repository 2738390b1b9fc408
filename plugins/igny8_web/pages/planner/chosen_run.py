"""A run that is limited to what people chose: the site's rules, its record and its ledger."""

from __future__ import annotations

from collections.abc import Sequence

from igny8_lib.models import Trigger
from igny8_lib.pipeline.run_now import run_now
from igny8_web.as_caller import DAG_APPEARS_WITHIN, airflow_of
from igny8_web.doors import SiteDoor


def run_on(door: SiteDoor, stage: int, ids: Sequence[int]) -> None:
    """Start it. Raises what the door and `run_now` raise: among others ItemsRefused, SiteBusy, InsufficientCredits, and
    InvalidInput for fewer items than the stage needs."""
    door.check()
    conf = {"stages": [stage], "items": list(ids)}
    airflow = airflow_of(door.caller)
    run_now(door.caller.sessions, airflow, door.slug, conf, trigger=Trigger.MANUAL, patience=DAG_APPEARS_WITHIN)
