"""Builds that people open in the API server: Airflow is asked to begin each once it is committed."""

from __future__ import annotations

import logging

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Igny8Error
from igny8_lib.site_builder.building.starting import start

log = logging.getLogger(__name__)


def start_soon(airflow: AirflowApi, sessions: Sessions, build_id: int) -> None:
    """Have Airflow begin the build. Where that comes to nothing it is opened all the same: the reconciler asks again
    within a minute or two."""
    try:
        start(airflow, sessions, build_id)
    except Igny8Error as error:
        log.warning("Airflow did not take build %s of a website yet: %s", build_id, error)
