"""Airflow's API in the product's own name: for what belongs to no site's DAG, so that no member has a right to it.

Builds of websites are runs of one DAG for all sites. Who may open one the product decides; the DAG run is then started
as the technical user of the connection `igny8_airflow`, whose rights are those of the reconciler, which would start it
a minute later anyway. It is signed in within this process, once: its token is renewed when it has run out.
"""

from __future__ import annotations

import logging
from functools import lru_cache

import httpx
from airflow.exceptions import AirflowNotFoundException
from airflow.models.connection import Connection

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Igny8Error, InvalidInput
from igny8_lib.site_builder.building.starting import start
from igny8_web.as_caller import ATTEMPTS, HOST, InProcess, core_app

log = logging.getLogger(__name__)

CONNECTION = "igny8_airflow"


@lru_cache(maxsize=1)
def product_airflow() -> AirflowApi:
    """Airflow's API as the product. Raises InvalidInput where no connection names its user."""
    try:
        known = Connection.get_connection_from_secrets(CONNECTION)
    except AirflowNotFoundException:
        known = None
    if known is None or not known.login:
        raise InvalidInput(f"Airflow has no connection {CONNECTION} that names a user: run `igny8 init`.")
    http = httpx.Client(transport=InProcess(core_app()))
    return AirflowApi(HOST, known.login, known.password or "", http, attempts=ATTEMPTS)


def start_build(sessions: Sessions, build_id: int) -> str | None:
    """Have Airflow work on a build that was opened and committed; its DAG run. None where Airflow did not take it now:
    the reconciler asks it again within two minutes."""
    try:
        return start(product_airflow(), sessions, build_id)
    except Igny8Error as error:
        log.warning("Build %s could not be handed to Airflow, and is by the reconciler: %s", build_id, error)
        return None
