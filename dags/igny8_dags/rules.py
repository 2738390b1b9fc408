"""What automation rules take of Airflow: what a round looks at, how many workers it has, and the work of one."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from igny8_dags.connections import airflow_api, sessions
from igny8_dags.workers import name_workers
from igny8_lib import clock
from igny8_lib.rules.cleaning import remove_old_events
from igny8_lib.rules.consuming import consume
from igny8_lib.rules.looking import is_anything_due
from igny8_lib.rules.queueing import count_open
from igny8_lib.rules.scheduling import start_due


def is_due(_: datetime) -> bool:
    """Whether a round would find anything; one statement."""
    with sessions()() as session:
        return is_anything_due(session, clock.now())


def look_around() -> list[str]:
    """Make executions of what happened and what is due, and remove old events; the workers of this round by name, none
    in an idle minute."""
    start_due(sessions())
    consume(sessions())
    remove_old_events(sessions())
    with sessions()() as session:
        waiting = count_open(session)
    return name_workers(waiting)


def work_some() -> dict[str, Any]:
    """The work of one of them; its counts."""
    from igny8_dags.rule_notices import tell  # noqa: PLC0415 - mail and Slack are slow to import
    from igny8_lib.rules.actions.base import Doors  # noqa: PLC0415 - as is what runs and batches take
    from igny8_lib.rules.executing import Worker  # noqa: PLC0415

    return Worker(Doors(sessions(), airflow_api, partial(tell, sessions()))).work().as_json()
