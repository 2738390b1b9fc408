"""The run's record as a mirror of its DAG run: what Airflow says happened, whoever did it, written down.

Airflow's DAG run is the truth about execution; a record that disagrees is brought to it here, once, with who and why.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from sqlalchemy.orm import Session

from igny8_lib.airflow_api.client import ENDED_STATES, AirflowApi
from igny8_lib.db.session import Sessions
from igny8_lib.errors import NotFound
from igny8_lib.models import ACTIVE_RUN, AutomationRun, RunStatus
from igny8_lib.pipeline import end_run, lifecycle
from igny8_lib.pipeline.runs import active_run, find

SOMEBODY = "Airflow"
"""The actor where Airflow does not tell who it was."""
IN_AIRFLOW = " in Airflow"
TURNS = 3
"""How often a switch that somebody keeps turning is followed at once; the next round follows the rest."""


def ended_by_hand(session: Session, run_id: int, state: str, actor: str) -> AutomationRun:
    """People marked the DAG run success or failed while the run was active: it is cancelled."""
    sentence = f"Its DAG run was marked {state} in Airflow{lifecycle.by_actor(actor)}."
    return end_run.cancel(session, run_id, sentence=sentence, actor=actor or SOMEBODY, unpause=False)


def deleted(session: Session, run_id: int, actor: str) -> AutomationRun:
    """The DAG run is gone while the run was active: it is cancelled."""
    sentence = f"Its DAG run was deleted in Airflow{lifecycle.by_actor(actor)}."
    return end_run.cancel(session, run_id, sentence=sentence, actor=actor or SOMEBODY, unpause=False)


def tasks_died(session: Session, run_id: int) -> AutomationRun:
    """The DAG run ended by itself without its last task: the run failed where its stages did."""
    return end_run.give_up(session, run_id, actor=SOMEBODY)


def look(sessions: Sessions, airflow: AirflowApi, run_id: int) -> AutomationRun:
    """The run after its record was compared with its DAG run; a difference is repaired. Raises AirflowUnreachable."""
    with sessions() as session:
        run = session.get_one(AutomationRun, run_id)
    if run.status not in ACTIVE_RUN:
        return run
    repair = end_of(airflow, run)
    if repair is None:
        return run
    with sessions.begin() as session:
        return repair(session)


def end_of(airflow: AirflowApi, run: AutomationRun) -> Callable[[Session], AutomationRun] | None:
    """How the run's record has to end, by what Airflow says of its DAG run; None while that goes on."""
    try:
        state = airflow.dag_run(run.dag_id, run.dag_run_id)["state"]
    except NotFound:
        actor = airflow.who_did("delete_dag_run", run.dag_id, run.dag_run_id)
        return lambda session: deleted(session, run.id, actor)
    if state not in ENDED_STATES:
        return None
    if actor := airflow.who_did("patch_dag_run", run.dag_id, run.dag_run_id):
        return lambda session: ended_by_hand(session, run.id, state, actor)
    return lambda session: tasks_died(session, run.id)


def dag_run_ended(
    session: Session, dag_id: str, dag_run_id: str, state: str, *, by_hand: bool, who: Callable[[], str]
) -> AutomationRun | None:
    """Airflow tells that a DAG run ended: end its record, unless its own last task has. None where there was nothing
    to do."""
    run = find(session, dag_id, dag_run_id)
    if run is None or run.status not in ACTIVE_RUN:
        return None
    return ended_by_hand(session, run.id, state, who()) if by_hand else tasks_died(session, run.id)


def mirror_pause(session: Session, run_id: int, *, paused: bool, actor: str) -> bool:
    """Bring the record of an active run to its DAG's switch; whether it had to be changed."""
    run = lifecycle.lock_run(session, run_id)
    if run.status not in ACTIVE_RUN:
        return False
    turn = lifecycle.pause if paused else lifecycle.resume
    return turn(session, run_id, actor=actor or SOMEBODY, where=IN_AIRFLOW)


def follow_switch(sessions: Sessions, airflow: AirflowApi, run: AutomationRun) -> str:
    """Bring the record to its DAG's switch as it is now; what was done, empty where nothing was to do.

    Airflow takes no part in our locks: the switch is looked at once more afterwards, and followed where somebody turned
    it meanwhile. Raises NotFound where the DAG is gone, AirflowUnreachable.
    """
    told, paused = "", airflow.dag(run.dag_id)["is_paused"]
    for _ in range(TURNS):
        actor = airflow.who_did("patch_dag", run.dag_id)
        with sessions.begin() as session:
            changed = mirror_pause(session, run.id, paused=paused, actor=actor)
        if changed:
            told = f"{'paused' if paused else 'resumed'} in Airflow{lifecycle.by_actor(actor)}"
        turned = airflow.dag(run.dag_id)["is_paused"]
        if turned == paused:
            break
        paused = turned
    return told


def go_on_if_unpaused(sessions: Sessions, airflow: AirflowApi, run_id: int) -> bool:
    """For a task that finds its run paused: whether it may start, because people unpaused the DAG in Airflow."""
    with sessions() as session:
        run = session.get_one(AutomationRun, run_id)
    if airflow.dag(run.dag_id)["is_paused"]:
        return False
    actor = airflow.who_did("patch_dag", run.dag_id)
    with sessions.begin() as session:
        mirror_pause(session, run_id, paused=False, actor=actor)
    return True


def lift_pause(sessions: Sessions, airflow: AirflowApi, run: AutomationRun) -> bool:
    """Unpause the DAG of a run that was cancelled while paused; whether that was still to be done.

    Where the site's next run has been paused since then, the switch is that one's; also where that happens at this very
    moment.
    """
    with sessions() as session:
        run = session.get_one(AutomationRun, run.id)
    if run.status != RunStatus.CANCELLED or run.paused_at is None:
        return False
    if not next_is_paused(sessions, run):
        with suppress(NotFound):  # the site's DAG may be gone, and its pause with it
            airflow.set_paused(run.dag_id, paused=False)
            if next_is_paused(sessions, run):
                airflow.set_paused(run.dag_id, paused=True)
    with sessions.begin() as session:
        lifecycle.lock_run(session, run.id).paused_at = None
    return True


def next_is_paused(sessions: Sessions, run: AutomationRun) -> bool:
    """Whether the site has another run by now, and that is paused."""
    with sessions() as session:
        following = active_run(session, run.site_id)
    return following is not None and following.status == RunStatus.PAUSED
