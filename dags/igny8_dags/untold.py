"""Ends of runs that nobody was told about, because the task that would have told them died or never ran."""

from __future__ import annotations

from datetime import timedelta

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.notifications.claim import untold_runs

LOOK_BACK = timedelta(hours=24)


def tell_ends(sessions: Sessions) -> int:
    """Tell them; how many were told. Cancelled and skipped runs are claimed too, and told to nobody."""
    with sessions() as session:
        untold = untold_runs(session, since=clock.now() - LOOK_BACK)
    if not untold:
        return 0
    from igny8_dags.notify import notify_run_ended  # noqa: PLC0415 - mail and Slack are slow to import, and rarely needed

    return sum(notify_run_ended(sessions, run_id) for run_id in untold)
