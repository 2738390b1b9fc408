"""What stands in the way of a start is said in one sentence."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from igny8_lib.stack import preflight
from igny8_lib.stack.ports import LOOPBACK, PortTaken
from tests.stack import Stack


def test_too_little_disk_is_said_with_what_is_free_and_what_is_needed(tmp_path: Path) -> None:
    services = Stack.described(tmp_path / "home").services
    with pytest.raises(preflight.DiskFull, match=r"Only \d+ MB are free for .*home, \d+ MB are needed"):
        preflight.check_disk(services, needed=2**62)


def test_an_old_python_is_named() -> None:
    with pytest.raises(preflight.PythonTooOld, match=r"Python 3\.11 or newer is needed, this is 3\.9"):
        preflight.check_python((3, 9))


@pytest.mark.parametrize("service", ["Airflow", "PostgreSQL", "the AI sandbox", "the built websites"])
def test_each_service_needs_its_port(tmp_path: Path, service: str) -> None:
    services = Stack.described(tmp_path / "home").services
    preflight.check(services)
    port, variable = services.ports()[service]
    with socket.create_server((LOOPBACK, port)), pytest.raises(PortTaken, match=variable):
        preflight.check(services)


def test_services_that_stand_elsewhere_need_no_port_here(tmp_path: Path) -> None:
    database = "postgresql+psycopg://somebody@db.example/igny8"
    elsewhere = {"ai_base_url": "http://ai.example/v1", "static_url": "https://sites.example"}
    stack = Stack.described(tmp_path / "home", database_url=database, airflow_database_url=database, **elsewhere)
    assert list(stack.services.ports()) == ["Airflow"]
    assert [program.name for program in stack.services.programs()] == [
        "api-server",
        "scheduler",
        "dag-processor",
        "triggerer",
    ]


def test_a_key_of_a_provider_switches_the_sandbox_off(tmp_path: Path) -> None:
    services = Stack.described(tmp_path / "home", ai_api_key="sk-something").services
    assert "sandbox" not in [program.name for program in services.programs()]
    assert "IGNY8_AI_BASE_URL" not in services.variables()
