"""Handing a build to Airflow: one DAG run works on it, however often it is asked for.

    note      a transaction: which DAG run is asked for, and when
    trigger   outside of any: Airflow takes it, or has it already
    remember  a transaction: Airflow has it

A process that dies on the way leaves a build that nobody works on: rescuing.py asks for the same DAG run again.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, NotFound
from igny8_lib.models import SiteBuild
from igny8_lib.site_builder.building.finding import OPEN

DAG = "build_site"
PREFIX = "build__"


def name_of(build_id: int, number: int) -> str:
    """The DAG run that is asked for at the so manieth start, from 1."""
    return f"{PREFIX}{build_id}__{number}"


def start(airflow: AirflowApi, sessions: Sessions, build_id: int) -> str:
    """Have Airflow work on the build; its DAG run. One that Airflow has already is left alone.

    Raises NotFound for a build that is gone, Conflict for one that has ended, AirflowUnreachable and whatever else
    Airflow refuses with: the same call may be made again then.
    """
    with sessions.begin() as session:
        build = lock(session, build_id)
        if build.dag_run_id is not None:
            return build.dag_run_id
        if build.status not in OPEN:
            raise Conflict(f"Build {build_id} has ended already: it is {build.status.value}.")
        build.starts, build.asked_at = max(build.starts, 1), clock.now()
        number, conf = build.starts, {"build_id": build.id, "opened_at": build.created_at.isoformat()}
    while not is_taken(airflow, name_of(build_id, number), conf):
        number += 1  # a DAG run of that name is left from an earlier database
    with sessions.begin() as session:
        build = lock(session, build_id)
        if build.dag_run_id is None:
            build.dag_run_id, build.starts = name_of(build_id, number), number
        return build.dag_run_id


def is_taken(airflow: AirflowApi, dag_run_id: str, conf: dict[str, object]) -> bool:
    """Have Airflow take the DAG run; False where it has one of that name that is another build's."""
    try:
        airflow.trigger(DAG, conf, dag_run_id=dag_run_id)
    except Conflict:
        known: dict[str, object] = airflow.dag_run(DAG, dag_run_id).get("conf") or {}
        return known == conf
    return True


def lock(session: Session, build_id: int) -> SiteBuild:
    """The build as the database has it now, locked. Raises NotFound."""
    query = select(SiteBuild).where(SiteBuild.id == build_id).with_for_update()
    build = session.scalar(query.execution_options(populate_existing=True))
    if build is None:
        raise NotFound(f"There is no build {build_id}.")
    return build
