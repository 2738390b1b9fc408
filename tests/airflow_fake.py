"""The part of Airflow's REST API that run control speaks, in memory: for tests of the library without an Airflow.

It stands behind the real client, at the wire. What Airflow really does is tested in tests/journey.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

import httpx

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.sites.naming import pool_name, slug_of

Answer = tuple[int, dict[str, Any]]
OLD_ROWS_AT_ONCE = 100
"""Of its own tables, by one request."""


@dataclass
class FakeAirflow:
    """What Airflow knows. `down` makes it unreachable, `before` is called with each request as it arrives."""

    paused: dict[str, bool] = field(default_factory=dict)
    runs: dict[tuple[str, str], str] = field(default_factory=dict)
    running_tasks: set[tuple[str, str]] = field(default_factory=set)
    events: list[tuple[str, str, str, str]] = field(default_factory=list)
    """(event, dag_id, run_id, owner)."""
    dates: dict[tuple[str, str], str] = field(default_factory=dict)
    """The logical date of a DAG run, where it has one."""
    old_rows: dict[str, int] = field(default_factory=dict)
    """How many old rows each part of its own tables has (igny8_lib/retention/airflow_rows.py)."""
    confs: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    pools: dict[str, int] = field(default_factory=dict)
    roles: set[str] = field(default_factory=lambda: {"Admin", "Op", "IGNY8 reconciler"})
    """Of the auth manager, as are its users: (e-mail, password, roles) by name."""
    users: dict[str, tuple[str, str, set[str]]] = field(default_factory=dict)
    connections: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Fields by id, passwords too, which Airflow tells nobody."""
    down: bool = False
    asked: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda _: None
    after: Callable[[str], None] = lambda _: None
    """Called when a request was carried out; what it raises is a lost answer."""

    def api(self) -> AirflowApi:
        """The real client, speaking to this."""
        http = httpx.Client(transport=httpx.MockTransport(self.answer))
        return AirflowApi("http://airflow", "admin", "secret", http=http, token="t")

    def add(self, dag_id: str, dag_run_id: str, state: str = "running") -> None:
        """A DAG run, and its DAG and its site's pool where they are new."""
        self.paused.setdefault(dag_id, False)
        if slug := slug_of(dag_id):
            self.pools.setdefault(pool_name(slug), 1)
        self.runs[dag_id, dag_run_id] = state

    def answer(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        path = unquote(request.url.raw_path.decode().split("?")[0]).removeprefix("/api/v2").removeprefix("/auth/fab/v1")
        self.asked.append(f"{request.method} {path}")
        self.before(self.asked[-1])
        if self.down:
            raise httpx.ConnectError("refused")
        query = parse_qs(request.url.query.decode())
        body = json.loads(request.content) if request.content else {}
        for pattern, handle in ROUTES:
            if found := re.fullmatch(pattern, f"{request.method} {path}"):
                status, document = handle(self, found.groups(), query, body)
                self.after(self.asked[-1])
                return httpx.Response(status, json=None if status == 204 else document)
        raise AssertionError(f"The fake has no {request.method} {path}")

    def changes(self) -> list[str]:
        """The requests that changed something."""
        return [asked for asked in self.asked if asked.startswith(("PATCH", "POST /dags/site", "DELETE"))]


def dag(airflow: FakeAirflow, names: Any, _query: Any, _body: Any) -> Answer:
    (dag_id,) = names
    if dag_id not in airflow.paused:
        return 404, {"detail": f"no {dag_id}"}
    return 200, {"dag_id": dag_id, "is_paused": airflow.paused[dag_id], "file_token": "token"}


def patch_dag(airflow: FakeAirflow, names: Any, query: Any, body: Any) -> Answer:
    if names[0] in airflow.paused:
        airflow.paused[names[0]] = body["is_paused"]
    return dag(airflow, names, query, body)


def list_dags(airflow: FakeAirflow, _names: Any, _query: Any, _body: Any) -> Answer:
    return 200, {"dags": [{"dag_id": name} for name, paused in airflow.paused.items() if paused]}


def dag_run(airflow: FakeAirflow, names: Any, _query: Any, _body: Any) -> Answer:
    state = airflow.runs.get(names)
    return (200, document_of(airflow, names, state)) if state else (404, {"detail": "no such run"})


def document_of(airflow: FakeAirflow, names: Any, state: str) -> dict[str, Any]:
    told = {"conf": airflow.confs.get(names, {}), "logical_date": airflow.dates.get(names)}
    return {"dag_id": names[0], "dag_run_id": names[1], "state": state, "run_after": "2026-01-01T00:00:00Z"} | told


def patch_run(airflow: FakeAirflow, names: Any, query: Any, body: Any) -> Answer:
    if names in airflow.runs:
        airflow.runs[names] = body["state"]
    return dag_run(airflow, names, query, body)


def trigger(airflow: FakeAirflow, names: Any, _query: Any, body: Any) -> Answer:
    key = (names[0], body["dag_run_id"])
    if key in airflow.runs:
        return 409, {"detail": "there is one of that name"}
    airflow.runs[key] = "queued"
    airflow.confs[key] = body["conf"]
    return 200, document_of(airflow, key, "queued")


def list_runs(airflow: FakeAirflow, _names: Any, _query: Any, body: Any) -> Answer:
    wanted, first = body.get("dag_ids"), body.get("page_offset", 0)
    found = [
        document_of(airflow, key, state)
        for key, state in airflow.runs.items()
        if state in body["states"] and (wanted is None or key[0] in wanted)
    ]
    return 200, {"dag_runs": found[first : first + body["page_limit"]]}


def count_rows(airflow: FakeAirflow, names: Any, _query: Any, _body: Any) -> Answer:
    return 200, {"rows": airflow.old_rows.get(names[0], 0)}


def remove_rows(airflow: FakeAirflow, names: Any, _query: Any, _body: Any) -> Answer:
    removed = min(airflow.old_rows.get(names[0], 0), OLD_ROWS_AT_ONCE)
    airflow.old_rows[names[0]] = airflow.old_rows.get(names[0], 0) - removed
    return 200, {"rows": removed}


def tasks(airflow: FakeAirflow, names: Any, _query: Any, _body: Any) -> Answer:
    if names not in airflow.runs:
        return 404, {"detail": "no such run"}
    return 200, {"task_instances": [], "total_entries": int(names in airflow.running_tasks)}


def events(airflow: FakeAirflow, _names: Any, query: Any, _body: Any) -> Answer:
    wanted = (query["event"][0], query["dag_id"][0], query.get("run_id", [""])[0])
    found = [{"owner": owner} for *what, owner in airflow.events if tuple(what) == wanted]
    return 200, {"event_logs": found[-1:]}


def list_pools(airflow: FakeAirflow, _names: Any, _query: Any, _body: Any) -> Answer:
    return 200, {"slots": dict(airflow.pools)}


def pool(airflow: FakeAirflow, names: Any, _query: Any, _body: Any) -> Answer:
    if names[0] not in airflow.pools:
        return 404, {"detail": f"no {names[0]}"}
    return 200, {"name": names[0], "slots": airflow.pools[names[0]]}


def make_pool(airflow: FakeAirflow, _names: Any, query: Any, body: Any) -> Answer:
    if body["name"] in airflow.pools:
        return 409, {"detail": "there is one of that name"}
    airflow.pools[body["name"]] = body["slots"]
    return pool(airflow, (body["name"],), query, body)


def patch_pool(airflow: FakeAirflow, names: Any, query: Any, body: Any) -> Answer:
    airflow.pools[names[0]] = body["slots"]
    return pool(airflow, names, query, body)


def sign_in(_airflow: FakeAirflow, _names: Any, _query: Any, _body: Any) -> Answer:
    return 201, {"access_token": "t"}


def make_role(airflow: FakeAirflow, _names: Any, _query: Any, body: Any) -> Answer:
    if body["name"] in airflow.roles:
        return 409, {"detail": "there is one of that name"}
    airflow.roles.add(body["name"])
    return 200, body


def list_users(airflow: FakeAirflow, _names: Any, query: Any, _body: Any) -> Answer:
    first, most = int(query["offset"][0]), int(query["limit"][0])
    found = [user_document(airflow, name) for name in airflow.users]
    return 200, {"users": found[first : first + most], "total_entries": len(found)}


def user_document(airflow: FakeAirflow, name: str) -> dict[str, Any]:
    email, _, roles = airflow.users[name]
    return {"username": name, "email": email, "roles": [{"name": role} for role in sorted(roles)]}


def stored_name(airflow: FakeAirflow, name: str) -> str | None:
    """The auth manager finds names in any case."""
    return next((known for known in airflow.users if known.lower() == name.lower()), None)


def user(airflow: FakeAirflow, names: Any, _query: Any, _body: Any) -> Answer:
    name = stored_name(airflow, names[0])
    return (200, user_document(airflow, name)) if name else (404, {"detail": f"no {names[0]}"})


def make_user(airflow: FakeAirflow, _names: Any, _query: Any, body: Any) -> Answer:
    if stored_name(airflow, body["username"]):
        return 409, {"detail": f"Username `{body['username']}` already exists. Use PATCH to update."}
    if body["email"] in {email for email, _, _ in airflow.users.values()}:
        return 409, {"detail": f"The email `{body['email']}` is already taken."}
    roles = {role["name"] for role in body["roles"]}
    if roles - airflow.roles:
        return 400, {"detail": f"Unknown roles: {roles - airflow.roles}"}
    airflow.users[body["username"]] = (body["email"], body["password"], roles)
    return 200, user_document(airflow, body["username"])


def patch_user(airflow: FakeAirflow, names: Any, query: Any, body: Any) -> Answer:
    assert query["update_mask"] == ["password"]
    email, _, roles = airflow.users[names[0]]
    airflow.users[names[0]] = (email, body["password"], roles)
    return 200, user_document(airflow, names[0])


def delete_user(airflow: FakeAirflow, names: Any, _query: Any, _body: Any) -> Answer:
    return (204, {}) if airflow.users.pop(names[0], None) else (404, {"detail": f"no {names[0]}"})


def make_connection(airflow: FakeAirflow, _names: Any, _query: Any, body: Any) -> Answer:
    name = body["connection_id"]
    if name in airflow.connections:
        return 409, {"detail": "there is one of that name"}
    airflow.connections[name] = {"extra": None} | body
    return 201, {"connection_id": name}


def patch_connection(airflow: FakeAirflow, names: Any, query: Any, body: Any) -> Answer:
    if names[0] not in airflow.connections:
        return 404, {"detail": f"no {names[0]}"}
    airflow.connections[names[0]] |= {name: body[name] for name in query["update_mask"]}
    return 200, {"connection_id": names[0]}


ROUTES: list[tuple[str, Callable[[FakeAirflow, Any, Any, Any], Answer]]] = [
    (r"GET /dags", list_dags),
    (r"GET /dags/([^/]+)", dag),
    (r"PATCH /dags/([^/]+)", patch_dag),
    (r"POST /dags/~/dagRuns/list", list_runs),
    (r"POST /dags/([^/]+)/dagRuns", trigger),
    (r"GET /dags/([^/]+)/dagRuns/([^/]+)", dag_run),
    (r"PATCH /dags/([^/]+)/dagRuns/([^/]+)", patch_run),
    (r"GET /igny8-upkeep/pools", list_pools),
    (r"GET /igny8-upkeep/([^/]+)", count_rows),
    (r"POST /igny8-upkeep/([^/]+)", remove_rows),
    (r"GET /dags/([^/]+)/dagRuns/([^/]+)/taskInstances", tasks),
    (r"GET /eventLogs", events),
    (r"POST /pools", make_pool),
    (r"GET /pools/([^/]+)", pool),
    (r"PATCH /pools/([^/]+)", patch_pool),
    (r"POST /connections", make_connection),
    (r"PATCH /connections/([^/]+)", patch_connection),
    (r"POST /auth/token", sign_in),
    (r"POST /roles", make_role),
    (r"GET /users", list_users),
    (r"POST /users", make_user),
    (r"GET /users/([^/]+)", user),
    (r"PATCH /users/([^/]+)", patch_user),
    (r"DELETE /users/([^/]+)", delete_user),
]
