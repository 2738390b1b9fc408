"""What a cluster consists of, before anything of it runs."""

from __future__ import annotations

import os
import stat
from collections import Counter
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from igny8_lib.backup.deployments import deployed_here
from igny8_lib.stack import brokers
from igny8_lib.stack.airflow_settings import cluster_settings, compose_settings
from igny8_lib.stack.credentials import write_private
from igny8_lib.stack.options import StackOptions
from tests.stack import Stack

SLOTS = 6


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """A cluster that is described, and does not run."""
    return Stack.described(tmp_path_factory.mktemp("cluster"), cluster=True, parallelism=SLOTS)


def test_it_has_two_of_what_may_die_and_one_of_the_rest(cluster: Stack) -> None:
    kinds = Counter(component.kind for component in cluster.services.components())
    twice = dict.fromkeys(("api-server", "scheduler", "worker", "log-server"), 2)
    assert kinds == twice | {"dag-processor": 1, "triggerer": 1}
    names = [program.name for program in cluster.services.programs()]
    assert len(names) == len(set(names))
    assert names[:3] == ["postgres", "redis", "pgbouncer"]


def test_its_schedulers_hand_out_no_more_than_its_workers_take(cluster: Stack) -> None:
    each = int(cluster.services.variables()["AIRFLOW__CORE__PARALLELISM"])
    commands = [component.command for component in cluster.services.components() if component.kind == "worker"]
    taken = [int(command[list(command).index("--concurrency") + 1]) for command in commands]
    assert 2 * each == sum(taken) == SLOTS


def test_its_settings_are_those_of_the_containers_but_for_one_machine(cluster: Stack) -> None:
    given = cluster.services.variables()
    assert {name: given[name] for name in cluster_settings()} == cluster_settings()
    differs = {name for name, value in cluster_settings().items() if value != compose_settings()[name]}
    assert differs == {
        "AIRFLOW__API__HOST",
        "AIRFLOW__API__WORKERS",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES",
        "AIRFLOW__LOGGING__JSON_LOGS",
    }


def test_workers_share_neither_host_nor_logs_nor_api_server(cluster: Stack) -> None:
    first, second = (each.variables for each in cluster.services.components() if each.kind == "worker")
    assert first.keys() == second.keys()
    same = {name for name in first if first[name] == second[name]}
    assert same == {"AIRFLOW__CORE__HOSTNAME_CALLABLE"}


def test_processes_reach_the_databases_through_pgbouncer_and_the_initialisation_does_not(cluster: Stack) -> None:
    options = cluster.services.options
    names = ("IGNY8_DATABASE_URL", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
    running, first = cluster.services.environment({}), cluster.services.initialisation_environment({})
    assert {make_url(running[name]).port for name in names} == {options.pgbouncer_port}
    assert {make_url(first[name]).port for name in names} == {options.postgres_port}


def test_a_backup_goes_past_pgbouncer_whose_sessions_pg_dump_would_change(
    cluster: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith(("IGNY8_", "AIRFLOW"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("IGNY8_HOME", str(cluster.home))
    write_private(cluster.services.layout.environment, cluster.services.command_line_environment({}))
    found = deployed_here()
    assert {make_url(url).port for url in (found.product, found.metadata)} == {cluster.services.options.postgres_port}
    assert make_url(StackOptions(_env_file=cluster.services.layout.environment).database_url).port == (
        cluster.services.options.pgbouncer_port
    )


def test_the_url_past_a_pgbouncer_has_the_password_of_the_one_that_it_stands_for() -> None:
    options = StackOptions(
        database_password=SecretStr("word"),
        airflow_database_password=SecretStr("other"),
        direct_database_url="postgresql+psycopg://app@db.example/igny8",
        direct_airflow_database_url="postgresql+psycopg2://airflow@db.example/airflow",
    )
    assert make_url(options.direct_database_url).password == "word"
    assert make_url(options.direct_airflow_database_url).password == "other"


def test_a_database_elsewhere_is_reached_as_it_was_given(tmp_path: Path) -> None:
    url = "postgresql+psycopg://app:secret@db.example:5432/igny8"
    elsewhere = Stack.described(tmp_path, cluster=True, database_url=url, airflow_database_url=url)
    assert elsewhere.database_url == url
    assert "pgbouncer" not in {program.name for program in elsewhere.services.programs()}


def test_passwords_stand_in_private_files_and_on_no_command_line(cluster: Stack) -> None:
    secrets = cluster.services.credentials
    for program in cluster.services.programs():
        for secret in (secrets.redis_password, secrets.igny8_database_password):
            assert not any(secret in word for word in program.command)
    for folder in (cluster.services.layout.redis, cluster.services.layout.pgbouncer):
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_program_that_is_missing_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(brokers, "ADMINISTRATION", "/nowhere")
    with pytest.raises(brokers.ProgramMissing, match="apt install redis-server"):
        brokers.find("redis-server")
