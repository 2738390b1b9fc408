"""Builds are handed to Airflow in the product's own name, and stay open where that comes to nothing."""

from __future__ import annotations

import json

import httpx
import pytest
from igny8_web.as_product import AirflowAsProduct
from igny8_web.site_builds import start_soon
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.errors import PermanentError
from igny8_lib.models import SiteBuild
from igny8_lib.site_builder.building.opening import open_build
from igny8_lib.site_builder.building.starting import DAG, name_of
from tests.airflow_fake import FakeAirflow
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.factories.websites import make_blueprint

VARIABLE = "AIRFLOW_CONN_IGNY8_AIRFLOW"
USER = {"conn_type": "http", "login": "igny8-reconciler", "password": "its own"}


class Door:
    """Airflow with its sign-in: who signed in, and by which tokens it was asked."""

    def __init__(self) -> None:
        self.airflow = FakeAirflow()
        self.signed_in: list[dict[str, str]] = []
        self.by: set[str] = set()
        self.expired: set[str] = set()

    def answer(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        if request.url.path == "/auth/token":
            self.signed_in.append(json.loads(request.content))
            return httpx.Response(201, json={"access_token": f"token-{len(self.signed_in)}"})
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not token or token in self.expired:
            return httpx.Response(401, json={"detail": "Not authenticated"})
        self.by.add(token)
        return self.airflow.answer(request)

    def api(self) -> AirflowAsProduct:
        """The client as the API server has it."""
        http = httpx.Client(transport=httpx.MockTransport(self.answer))
        return AirflowAsProduct("http://airflow", "", "", http, attempts=1)


def opened(session: Session) -> SiteBuild:
    """A build that nobody has begun."""
    blueprint = make_blueprint(session, make_site(session, make_funded_account(session)))
    build = open_build(session, blueprint, structure=True, by="ann")
    session.commit()
    return build


def test_a_build_is_begun_by_the_user_of_the_connection_who_signs_in_once(
    session: Session, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, json.dumps(USER))
    door, builds = Door(), [opened(session) for _ in range(2)]
    api = door.api()
    assert door.signed_in == []
    for build in builds:
        start_soon(api, sessions, build.id)
    assert door.signed_in == [{"username": "igny8-reconciler", "password": "its own"}]
    assert list(door.airflow.runs) == [(DAG, name_of(build.id, 1)) for build in builds]
    door.expired.add("token-1")
    later = opened(session)
    start_soon(api, sessions, later.id)
    assert (DAG, name_of(later.id, 1)) in door.airflow.runs
    assert door.by == {"token-1", "token-2"}


def test_without_the_connection_the_build_stays_open_and_the_refusal_says_what_to_do(
    session: Session, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, json.dumps(USER | {"login": ""}))
    door, build = Door(), opened(session)
    with pytest.raises(PermanentError, match="run `igny8 init`"):
        door.api().sign_in()
    start_soon(door.api(), sessions, build.id)
    session.refresh(build)
    assert (build.status.value, build.dag_run_id, door.airflow.runs) == ("pending", None, {})
