"""The initialisation that every deployment runs: Astro's settings file, and databases made where they are missing."""

from __future__ import annotations

import uuid
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from igny8_lib.errors import InvalidInput
from igny8_lib.stack.database_roles import DatabaseUnprepared
from igny8_lib.stack.initialisation import AirflowSettings, create_if_missing, last_words
from igny8_lib.stack.layout import Layout
from tests.conftest import run_on_server, with_database

ASTRO = """
airflow:
  connections:
    - conn_id: wordpress
      conn_type: http
      conn_host: https://example.com
      conn_schema:
      conn_login: editor
      conn_password: secret
      conn_port: 443
      conn_extra: {timeout: 3}
    - conn_id:
      conn_type:
  pools:
    - pool_name: images
      pool_slot: 4
      pool_description: Image requests
  variables:
    - variable_name: greeting
      variable_value: hello
"""


def test_the_astro_cli_s_format_is_read_and_its_empty_places_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "airflow_settings.yaml"
    path.write_text(ASTRO)
    settings = AirflowSettings.read(path)
    assert settings.connections == [
        {
            "conn_id": "wordpress",
            "conn_type": "http",
            "host": "https://example.com",
            "login": "editor",
            "password": "secret",
            "port": 443,
            "extra": {"timeout": 3},
        }
    ]
    assert settings.pools == [{"name": "images", "slots": 4, "description": "Image requests"}]
    assert settings.variables == [{"key": "greeting", "value": "hello"}]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("pools: []", "needs a mapping `airflow:`"), ("airflow:\n  pools: [{name: x}]", "pools: unknown field name")],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "airflow_settings.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=sentence):
        AirflowSettings.read(path)


def test_the_project_s_own_settings_file_holds_the_ai_connection_and_no_secret() -> None:
    settings = AirflowSettings.read(Layout.of(Path("anywhere")).airflow_settings)
    assert {entry["conn_id"]: entry["conn_type"] for entry in settings.connections} == {"igny8_ai": "http"}
    assert not [entry for entry in settings.connections if "password" in entry]


def test_a_missing_database_is_made_and_one_that_is_there_stays(postgres_url: str) -> None:
    name = f"made_by_init_{uuid.uuid4().hex[:8]}"
    url = with_database(postgres_url, name)
    try:
        create_if_missing(url)
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain) as connection:
            connection.execute("CREATE TABLE kept (id int)")
        create_if_missing(url)
        with psycopg.connect(plain) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    finally:
        run_on_server(postgres_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_a_database_server_that_cannot_be_reached_is_one_sentence() -> None:
    with pytest.raises(DatabaseUnprepared, match="The database server cannot be reached"):
        create_if_missing("postgresql+psycopg://igny8:x@127.0.0.1:1/igny8")


def test_the_error_of_a_failed_initialisation_is_told_not_the_link_that_follows_it() -> None:
    complaints = (
        "Traceback (most recent call last):\n  ...\n"
        'sqlalchemy.exc.IntegrityError: (psycopg.errors.UniqueViolation) duplicate key value: "slot_pool_pool_uq"\n'
        "DETAIL:  Key (pool)=(site_garden) already exists.\n[SQL: INSERT INTO slot_pool ...]\n"
        "(Background on this error at: https://sqlalche.me/e/21/gkpj)\n"
    )
    assert last_words(complaints).startswith("sqlalchemy.exc.IntegrityError: (psycopg.errors.UniqueViolation)")
    assert last_words("no user of that name\n\n") == "no user of that name"
    assert last_words("") == ""
