"""Airflow's API in the product's own name, within this process: for what its people may ask for, and have no right to
start in Airflow themselves."""

from __future__ import annotations

from typing import Annotated

import httpx
from airflow.providers.fab.www.utils import get_fab_auth_manager
from fastapi import Depends

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.airflow_api.fab_names import TECHNICAL_USER
from igny8_lib.errors import PermanentError
from igny8_web.as_caller import ATTEMPTS, HOST, InProcess, core_app
from igny8_web.fab_in_process import fab


class AirflowAsProduct(AirflowApi):
    """The client of the technical user, by tokens that Airflow makes in here: no password of its is known."""

    def sign_in(self) -> None:
        """Have a token made. Raises PermanentError where Airflow has no such user."""
        with fab():
            manager = get_fab_auth_manager()
            user = manager.security_manager.find_user(username=self.username)
            if user is None:
                raise PermanentError(f"Airflow has no user {self.username}: `igny8 init` makes it.")
            self.token = manager.generate_jwt(user)


def product_airflow() -> AirflowApi:
    """Airflow's API, to act as the product."""
    http = httpx.Client(transport=InProcess(core_app()))
    return AirflowAsProduct(HOST, TECHNICAL_USER, "", http, "", ATTEMPTS)


ProductAirflow = Annotated[AirflowApi, Depends(product_airflow)]
