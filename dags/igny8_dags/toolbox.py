"""What a stage's task brings along: database, AI endpoint and media store, as Airflow's connections name them."""

from __future__ import annotations

from typing import cast

from airflow.sdk import Connection, ObjectStoragePath
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

from igny8_dags.database import sessions
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.pipeline.job import Tools
from igny8_lib.pipeline.media import Media, StoragePath
from igny8_lib.settings import load

AI_CONN_ID = "igny8_ai"


def tools() -> Tools:
    """The tools of this process."""
    root = cast("StoragePath", ObjectStoragePath(load().media_root))
    return Tools(sessions=sessions(), endpoint=endpoint(), media=Media(root))


def endpoint() -> Endpoint:
    """The AI endpoint of the connection `igny8_ai`, or of the environment where there is no such connection."""
    try:
        connection = Connection.get(AI_CONN_ID)
    except (AirflowNotFoundException, AirflowRuntimeError):
        return Endpoint.from_settings(load())
    return Endpoint.from_connection(
        load(),
        host=connection.host,
        password=connection.password,
        extra=connection.extra,
        schema=connection.schema,
        port=connection.port,
    )
