"""Airflow's API in the product's own name: for what belongs to no site's DAG, so that no member has a right to it.

Builds of websites are runs of one DAG for all sites. Who may open one the product decides; the DAG run is then started
as the technical user of the connection `igny8_airflow`, whose rights are those of the reconciler, which would start it
a minute later anyway. It is signed in within this process, once: its token is renewed when it has run out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import httpx
from airflow.exceptions import AirflowNotFoundException
from airflow.models.connection import Connection
from fastapi import Depends

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.errors import PermanentError
from igny8_web.as_caller import ATTEMPTS, HOST, InProcess, core_app

CONNECTION = "igny8_airflow"


class AirflowAsProduct(AirflowApi):
    """The client of the user whom the connection names; nothing is asked of either before it is needed."""

    def sign_in(self) -> None:
        """Fetch a token. Raises PermanentError where no connection names the user."""
        try:
            known = Connection.get_connection_from_secrets(CONNECTION)
        except AirflowNotFoundException:
            known = None
        if known is None or not known.login:
            raise PermanentError(f"Airflow has no connection {CONNECTION} that names a user: run `igny8 init`.")
        self.username, self.password = known.login, known.password or ""
        super().sign_in()


@lru_cache(maxsize=1)
def product_airflow() -> AirflowApi:
    """Airflow's API, to act as the product."""
    http = httpx.Client(transport=InProcess(core_app()))
    return AirflowAsProduct(HOST, "", "", http, attempts=ATTEMPTS)


ProductAirflow = Annotated[AirflowApi, Depends(product_airflow)]
