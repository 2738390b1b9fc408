"""Airflow's REST API, as the platform's tasks reach it: by the connection `igny8_airflow`, else by the settings."""

from __future__ import annotations

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.settings import load

CONN_ID = "igny8_airflow"


def airflow_api() -> AirflowApi:
    """A client signed in by the first request. The connection's host is the API server's whole address."""
    try:
        connection = Connection.get(CONN_ID)
    except (AirflowNotFoundException, AirflowRuntimeError):
        return AirflowApi.of(load())
    url = connection.host or load().airflow_url
    return AirflowApi(url.rstrip("/"), connection.login or "", connection.password or "")
