"""Airflow's own tables as the product's upkeep needs them: what the clean-up (igny8_lib/retention) and the reconciler
(igny8_lib/pipeline/site_pools.py) ask the API server for.

    GET  /igny8-upkeep/dag_runs   how many rows are old
    POST /igny8-upkeep/dag_runs   one batch of them removed, in one transaction
    GET  /igny8-upkeep/pools      the slots of all pools, by name, in one query

How old is old, this process's settings say: whoever asks cannot ask for anything younger. Asking takes what deleting a
DAG run takes, for all DAGs; the product's technical user has it. Rows of runs that are not over stay, and so does the
newest run of each kind of each DAG, from which Airflow reckons the next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import requires_access_dag
from airflow.models.pool import Pool
from airflow.utils.session import create_session
from fastapi import Depends, FastAPI, HTTPException, Path
from igny8_upkeep_rows import ROWS_OF, count_old, remove_batch
from sqlalchemy import select

from igny8_lib import clock
from igny8_lib.retention.ages import Cuts
from igny8_lib.settings import load

MAY = Depends(requires_access_dag(method="DELETE", access_entity=DagAccessEntity.RUN))
Part = Annotated[str, Path(description="A name of igny8_lib.retention.airflow_rows.AIRFLOW_PARTS.")]


def make_app() -> FastAPI:
    """The application; it describes itself to nobody."""
    app = FastAPI(title="IGNY8 upkeep", openapi_url=None, dependencies=[MAY])
    app.get("/pools")(list_pools)
    app.get("/{part}")(count)
    app.post("/{part}")(remove)
    return app


def list_pools() -> dict[str, dict[str, int]]:
    """The slots of all pools, by name."""
    with create_session(scoped=False) as session:
        return {"slots": {row.pool: row.slots for row in session.execute(select(Pool.pool, Pool.slots))}}


def count(part: Part) -> dict[str, int]:
    """How many rows of the part are old."""
    return {"rows": asked(part, count_old)}


def remove(part: Part) -> dict[str, int]:
    """Remove some of them; how many, 0 when none is left."""
    return {"rows": asked(part, remove_batch)}


def asked(part: str, work: Callable[..., int]) -> int:
    """Do it in a transaction of its own."""
    if part not in ROWS_OF:
        raise HTTPException(404, f"There is no part {part}: there are {', '.join(ROWS_OF)}.")
    with create_session(scoped=False) as session:
        return work(session, ROWS_OF[part], Cuts.of(load(), clock.now()))
