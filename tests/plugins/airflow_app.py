"""A process that is Airflow's API server without a port: what test_members_in_airflow.py lets it answer, as JSON."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from airflow.api_fastapi.app import create_app
from airflow.models import DagModel
from airflow.models.dagbundle import DagBundleModel
from airflow.utils.session import create_session
from fastapi.testclient import TestClient
from igny8_web.fab_in_process import FabInProcess

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.airflow_api.fab_users import FabUsers
from igny8_lib.airflow_api.people import Wish, add_person, remove_person
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.errors import Igny8Error
from igny8_lib.models import Role
from igny8_lib.settings import load
from igny8_lib.sites.members import SECONDS
from tests.plugins.airflow_sweep import add_marks, sweep

URL = "http://testserver"
USERS = "/igny8/api/v1/account/users/"
OPERATORS = ("/igny8/metrics", "/igny8/health/parts")
CSRF_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
CLOSED = (
    "/api/v2/dags/site__other",
    "/api/v2/dags/reconcile_runs",
    "/api/v2/dags/no_such_dag",
    "/api/v2/dagSources/site__blog",
    "/api/v2/connections",
    "/api/v2/pools",
    "/api/v2/variables",
    "/api/v2/config",
    "/api/v2/assets",
    "/api/v2/eventLogs",
    "/api/v2/eventLogs?dag_id=site__other",
    "/api/v2/importErrors",
    "/api/v2/jobs",
    "/api/v2/providers",
    "/auth/fab/v1/users",
    "/auth/fab/v1/roles",
)


def add_dags() -> None:
    """Rows as the dag-processor would write them."""
    with create_session(scoped=False) as session:
        session.add(DagBundleModel(name="dags-folder"))
        session.flush()
        for dag_id in ("site__blog", "site__other", "reconcile_runs"):
            session.add(
                DagModel(dag_id=dag_id, bundle_name="dags-folder", fileloc=f"{dag_id}.py", is_stale=False, tags=[])
            )
        session.flush()
        add_marks(session)


def answers(app: Any, username: str, password: str) -> dict[str, Any]:
    """What somebody is told who signs in."""
    client = TestClient(app, base_url=URL, follow_redirects=False)
    api = AirflowApi(URL, username, password, http=client)
    dags = [dag["dag_id"] for dag in api.call("GET", "/dags?order_by=dag_id")["dags"]]
    client.headers["Authorization"] = f"Bearer {api.token}"
    page = client.get("/auth/login/").text
    form = {"username": username, "password": password, "csrf_token": CSRF_TOKEN.findall(page)[0]}
    client.post("/auth/login/", data=form)
    return {
        "dags": dags,
        "own": client.get("/api/v2/eventLogs?dag_id=site__blog").status_code,
        "closed": {path: client.get(path).status_code for path in CLOSED},
        "menu": client.get("/ui/auth/menus").json()["authorized_menu_items"],
        "pause": client.patch("/api/v2/dags/site__blog", json={"is_paused": True}).status_code,
        "password form": client.get("/auth/resetmypassword/form").status_code,
        "users page": client.get("/auth/users/list/").status_code,
        "token": api.token,
    }


def token_of(app: Any, username: str, password: str) -> str:
    """A new token."""
    api = AirflowApi(URL, username, password, http=TestClient(app, base_url=URL))
    api.sign_in()
    return api.token


def bearer(app: Any, token: str) -> TestClient:
    """A client of somebody who signed in."""
    headers = {"Authorization": f"Bearer {token}"}
    return TestClient(app, base_url=URL, headers=headers, follow_redirects=False, raise_server_exceptions=False)


def operators_answers(app: Any, tokens: dict[str, str]) -> dict[str, list[int]]:
    """What each may read of the platform: figures and parts, by a token and in a browser."""
    browsers = {name: TestClient(app, base_url=URL, cookies={"_token": token}) for name, token in tokens.items()}
    return {
        name: [client.get(path).status_code for path in OPERATORS for client in (bearer(app, token), browsers[name])]
        for name, token in tokens.items()
    }


def by_owner(app: Any, sessions: Sessions) -> dict[str, Any]:
    """An owner, who has no right to users in Airflow, adds somebody and removes him, and tries it with an admin."""
    fab = FabInProcess()
    add_person(sessions, fab, Wish("olga", "olga@agency.example", "agency", Role.OWNER, (), "the-owners-password"))
    olga = bearer(app, token_of(app, "olga", "the-owners-password"))
    asked = {"username": "ned", "email": "ned@agency.example", "role": "viewer", "sites": ["blog"]}
    added = olga.post(USERS, json=asked)
    password = added.json().get("password", "")
    ned = TestClient(app, base_url=URL).post("/auth/token", json={"username": "ned", "password": password})
    roles = sorted(fab.find("NED").roles) if fab.find("NED") else []
    taken = olga.post(USERS, json=asked | {"username": "boss", "email": "ned@agency.example"})
    admin = olga.post(USERS, json=asked | {"username": "admin", "email": "x@agency.example"})
    fab.set_password("ned", "another-password")
    forced = [refused(fab.delete, "admin"), refused(fab.set_password, "admin", "another-password")]
    return {
        "fab": olga.get("/auth/fab/v1/users").status_code,
        "added": added.status_code,
        "roles": roles,
        "signs in": ned.status_code,
        "refused": [taken.status_code, admin.status_code, *forced],
        "removed": olga.delete(f"{USERS}ned/").status_code,
        "left": fab.find("ned") is not None,
        "again": olga.delete(f"{USERS}admin/").status_code,
    }


def refused(action: Callable[..., None], *arguments: str) -> str:
    """The kind of error that an action ends with."""
    try:
        action(*arguments)
    except Igny8Error as error:
        return type(error).__name__
    return "done"


def main() -> None:
    """Add two people, ask as them, change a password, remove one."""
    add_dags()
    app = create_app()
    sessions = session_factory(make_engine(load().database_url), PLATFORM)
    with TestClient(app, base_url=URL) as client:
        admin = AirflowApi(URL, "admin", "the-admins-password", http=client)
        ann = Wish("ann", "ann@agency.example", "agency", Role.EDITOR, ("blog",), "the-first-password")
        add_person(sessions, FabUsers(admin), ann)
        vic = replace(ann, username="vic", email="vic@agency.example", role=Role.VIEWER)
        add_person(sessions, FabUsers(admin), vic)
        users = FabUsers(admin).all()
        told: dict[str, Any] = {
            "roles": {name: sorted(users[name].roles) for name in ("ann", "vic")},
            "admin": answers(app, "admin", "the-admins-password"),
            "ann": answers(app, "ann", ann.password),
            "vic": answers(app, "vic", vic.password),
        }

        told["figures"] = client.get(OPERATORS[0], headers={"Authorization": f"Bearer {admin.token}"}).text
        told["parts"] = client.get(OPERATORS[1], headers={"Authorization": f"Bearer {admin.token}"}).json()
        tokens = {name: told[name]["token"] for name in ("admin", "ann", "vic")}
        told["operators"] = operators_answers(app, tokens | {"stranger": admin.token[:-3]})

        # By tokens of their own, for signing out is one of the operations.
        told["sweep"] = {
            who.username: sweep(bearer(app, token_of(app, who.username, who.password))) for who in (ann, vic)
        }
        told["sweep"]["admin"] = sweep(bearer(app, admin.token))
        admin.token = ""

        def sign_in(password: str) -> int:
            return client.post("/auth/token", json={"username": "ann", "password": password}).status_code

        add_person(sessions, FabUsers(admin), replace(ann, password="the-second-password"))
        told |= {"first password": sign_in("the-first-password"), "second password": sign_in("the-second-password")}
        remove_person(sessions, FabUsers(admin), "ann")
        time.sleep(SECONDS)
        own = bearer(app, told["ann"]["token"])
        told["people"] = by_owner(app, sessions)
        told["removed"] = {
            "signs in": sign_in("the-second-password"),
            "old token": own.get("/api/v2/eventLogs?dag_id=site__blog").status_code,
            "left": sorted(set(FabUsers(admin).all()) & {"ann", "vic"}),
        }
    print(json.dumps(told))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
