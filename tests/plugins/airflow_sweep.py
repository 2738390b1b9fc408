"""Every operation that Airflow's OpenAPI files name, asked by a member about what is somebody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from airflow.api_fastapi import core_api
from airflow.models import Connection, Log, Pool, Variable
from airflow.models.asset import AssetModel
from airflow.models.dag import DagTag
from airflow.models.dagrun import DagRun
from airflow.models.dagwarning import DagWarning
from airflow.models.errors import ParseImportError
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from igny8_lib import clock

MARK = "mark-of-others"
FOREIGN = "site__other"
FILES = sorted((Path(core_api.__file__).parent / "openapi").glob("*.yaml"))
IDS = {"connection_id": MARK, "pool_name": MARK, "variable_key": MARK, "map_index": "0"}
"""What stands in paths; otherwise 1, which is somebody else's where there is one."""
SOMEBODY_S = IDS | {"dag_id": FOREIGN, "dag_run_id": MARK, "run_id": MARK}
ALL = IDS | {"dag_id": "~", "dag_run_id": "~", "run_id": "~"}
REFUSED = {401, 403, 404, 405, 422}
"""Not signed in, not allowed, not there, no such operation, and no operation that could be meant."""


def add_marks(session: Session) -> None:
    """Rows of others and of the platform, each with the mark."""
    session.add_all(
        [
            Connection(conn_id=MARK, conn_type="http", host=MARK),
            Variable(key=MARK, val=MARK),
            Pool(pool=MARK, slots=1, include_deferred=False, description=MARK),
            DagRun(dag_id=FOREIGN, run_id=MARK, run_type="manual", state="success", run_after=clock.now()),
            Log(event=MARK, owner=MARK, dag_id=FOREIGN, extra=MARK),
            Log(event=MARK, owner=MARK, extra=MARK),
            DagTag(name=MARK, dag_id=FOREIGN),
            DagWarning(FOREIGN, "non-existent pool", MARK),
            ParseImportError(filename=f"{MARK}.py", bundle_name="dags-folder", stacktrace=MARK, timestamp=clock.now()),
            AssetModel(name=MARK, uri=f"x://{MARK}", group=MARK),
        ]
    )


def operations() -> Iterator[tuple[str, str]]:
    """Method and path of each, with somebody else's ids put in, and with the sign for all DAGs and runs."""
    for file in FILES:
        for path, methods in yaml.safe_load(file.read_text("utf-8"))["paths"].items():
            for method in {"get", "post", "put", "patch", "delete"} & methods.keys():
                yield from {(method, filled(path, SOMEBODY_S)), (method, filled(path, ALL))}


def filled(path: str, ids: dict[str, str]) -> str:
    """The path with these ids."""
    return re.sub(r"\{(\w+)\}", lambda found: ids.get(found[1], "1"), path)


def sweep(client: TestClient) -> dict[str, Any]:
    """How many were asked, which were not refused, and which told of others, or of DAGs that are not the member's."""
    asked, answered, told = 0, [], []
    for method, path in operations():
        body = {} if method == "get" else {"json": {}}
        answer = client.request(method, path, **body)
        asked += 1
        operation = f"{method} {path}"
        if answer.status_code not in REFUSED:
            answered.append(f"{answer.status_code} {operation}")
        if MARK in answer.text or (FOREIGN in answer.text and answer.is_success):
            told.append(operation)
    return {"asked": asked, "answered": sorted(answered), "told": sorted(told)}
