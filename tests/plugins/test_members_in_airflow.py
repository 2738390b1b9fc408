"""Airflow's own app, in one process on a migrated database: people are added, sign in, see their DAGs and are removed.

No component runs beside it, so nothing is scheduled; what it answers is Airflow's and FAB's own code.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from igny8_lib.db.session import Sessions
from igny8_lib.metrics.airflow_metrics import CATALOGUE
from igny8_lib.stack.airflow_settings import local_settings
from tests.conftest import run_on_server, with_database
from tests.factories.sites import make_account, make_site
from tests.stack import clean_environment

pytestmark = pytest.mark.slow("Airflow migrates a database of its own")

ROOT = Path(__file__).parents[2]
WISH = {
    "admin": {"username": "admin", "password": "the-admins-password"},
    "pools": [],
    "site_pools": [],
    "connections": [],
    "variables": [],
}
SCRIPT = ROOT / "tests" / "plugins" / "airflow_app.py"


ANSWERED = frozenset(
    {
        "200 get /api/v2/dagStats",
        "200 get /api/v2/dagTags",
        "200 get /api/v2/dagWarnings",
        "200 get /api/v2/dags",
        "200 get /api/v2/dags/~/dagRuns",
        "200 get /api/v2/dags/~/dagRuns/~/hitlDetails",
        "200 get /api/v2/dags/~/dagRuns/~/taskInstances",
        "200 get /api/v2/dags/~/dagRuns/~/taskInstances/1/state-store",
        "200 get /api/v2/dags/~/dagRuns/~/taskInstances/1/xcomEntries",
        "200 get /api/v2/dags/~/dagVersions",
        "200 get /api/v2/monitor/health",
        "200 get /api/v2/plugins",
        "200 get /api/v2/plugins/importErrors",
        "200 get /api/v2/version",
        "200 get /ui/auth/me",
        "200 get /ui/auth/menus",
        "200 get /ui/backfills",
        "200 get /ui/config",
        "200 get /ui/dags",
        "200 get /ui/dags/~/dagRuns/~/deadlines",
        "200 get /ui/dashboard/dag_stats",
        "200 get /ui/dependencies",
        "200 get /ui/grid/ti_summaries/~",
        "200 post /api/v2/dags/~/dagRuns/list",
        "200 post /api/v2/dags/~/dagRuns/~/taskInstances/list",
        "200 post /ui/auth/token",
        "307 get /api/v2/auth/login",
        "307 get /api/v2/auth/logout",
        "400 get /api/v2/dags/~/dagRuns/~/taskInstances/1/externalLogUrl/1",
        "400 get /ui/dags/~/latest_run",
    }
)
"""Operations of Airflow's OpenAPI files that a member is not refused: his own login, Airflow's health, version and
plugins, and lists over all DAGs, which are filtered or look for a DAG of the name "~". A new version's operation that
is not refused fails the test until somebody has looked at it."""


@pytest.fixture
def environment(postgres_url: str, database_url: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Of a process of Airflow's, with a metadata database that `igny8 init` would have prepared."""
    name = f"airflow_{uuid.uuid4().hex[:12]}"
    run_on_server(postgres_url, f'CREATE DATABASE "{name}"')
    metadata = with_database(postgres_url, name).replace("+psycopg:", "+psycopg2:")
    yield (
        clean_environment()
        | local_settings()
        | {
            "AIRFLOW_HOME": str(tmp_path),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(tmp_path / "dags"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata,
            "AIRFLOW__API_AUTH__JWT_SECRET": "a-secret-of-this-test-alone-" * 3,
            "AIRFLOW__API__SECRET_KEY": "another-secret-of-this-test",
            "IGNY8_DATABASE_URL": database_url,
            "IGNY8_STACK": str(tmp_path),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "dags"), str(ROOT)]),
        }
    )
    run_on_server(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def run(environment: dict[str, str], *arguments: str, given: str = "") -> Any:
    """What a Python process says in its last line, as JSON."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=environment, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_people_who_sign_in_are_told_of_their_sites_dags_alone_and_of_nothing_when_they_are_removed(
    environment: dict[str, str], sessions: Sessions
) -> None:
    with sessions.begin() as session:
        make_site(session, make_account(session, slug="agency"), slug="blog")
        make_site(session, slug="other")
    assert run(environment, "-m", "igny8_dags.initialise", given=json.dumps(WISH))["admin"] == "made"
    told = run(environment, str(SCRIPT))
    assert told["roles"] == {"ann": ["IGNY8 member"], "vic": ["IGNY8 member"]}
    assert told["admin"]["dags"] == ["reconcile_runs", "site__blog", "site__other"]
    for name in ("ann", "vic"):
        assert told[name]["dags"] == ["site__blog"]
        assert told[name]["own"] == 200
        assert set(told[name]["closed"].values()) == {403}
        assert set(told[name]["menu"]) == {"Dags", "Required Actions"}
        assert told[name]["password form"] == 200
        assert told[name]["users page"] != 200
    assert told["operators"] == {"admin": [200, 200, 503, 503], **dict.fromkeys(("ann", "vic", "stranger"), [403] * 4)}
    read = {family.name for family in text_string_to_metric_families(told["figures"])}
    assert read == {metric.name.removesuffix("_total") for metric in CATALOGUE}
    parts = {part["name"]: part for part in told["parts"]["parts"]}
    assert parts["executor"]["says"] == "0 tasks are queued, 0 run."
    assert parts["scheduler"]["state"] == "ill", "no scheduler runs here"
    for name in ("ann", "vic"):
        assert told["sweep"][name]["asked"] > 200
        assert set(told["sweep"][name]["answered"]) <= ANSWERED
        assert told["sweep"][name]["told"] == []
    assert len(told["sweep"]["admin"]["told"]) > 10, "the marks can be found"
    assert (told["ann"]["pause"], told["vic"]["pause"]) == (200, 403)
    assert told["first password"] == 401
    assert told["second password"] == 201
    assert (told["removed"]["signs in"], told["removed"]["left"]) == (401, ["vic"])
    assert told["removed"]["old token"] in {401, 403}, "FAB remembers him for half a minute, the product does not"
    assert told["people"] == {
        "fab": 403,
        "added": 201,
        "roles": ["IGNY8 member"],
        "signs in": 201,
        "refused": [409, 409, "Conflict", "Conflict"],
        "removed": 200,
        "left": False,
        "again": 404,
    }
