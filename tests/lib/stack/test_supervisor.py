"""The supervisor's configuration says what the programs say."""

from __future__ import annotations

import configparser
import shlex
import sys
from pathlib import Path

import pytest

from igny8_lib.stack.components import SMALL
from igny8_lib.stack.layout import Layout
from igny8_lib.stack.supervisor import Program, Supervisor, SupervisorFailed, configuration, start
from tests.stack import Stack

SMALL_NAMES = [component.name for component in SMALL]


def sections(layout: Layout, programs: list[Program]) -> configparser.ConfigParser:
    """The configuration, parsed; %% read as %, as the supervisor does."""
    parser = configparser.ConfigParser()
    parser.read_string(configuration(layout, programs, user=""))
    return parser


def test_a_program_is_restarted_stopped_with_its_children_and_its_log_is_rotated(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    section = sections(layout, [Program("ticker", ["/bin/echo", "two words", "100%"], 10)])["program:ticker"]
    assert shlex.split(section["command"]) == ["/bin/echo", "two words", "100%"]
    assert (section["autostart"], section["autorestart"]) == ("true", "true")
    assert (section["stopasgroup"], section["killasgroup"]) == ("true", "true")
    assert section["stdout_logfile"] == str(layout.logs / "ticker.log")
    assert section["stdout_logfile_maxbytes"] == "10MB"


def test_airflow_has_one_process_per_component_which_wait_for_the_databases(tmp_path: Path) -> None:
    stack = Stack.described(tmp_path / "home").services
    parser = sections(stack.layout, stack.programs())
    assert parser["group:airflow"]["programs"] == ",".join(SMALL_NAMES)
    assert {parser[f"program:{name}"]["autostart"] for name in SMALL_NAMES} == {"false"}
    assert parser["program:postgres"]["autostart"] == parser["program:sandbox"]["autostart"] == "true"
    order = sorted(stack.programs(), key=lambda program: program.priority)
    assert [program.name for program in order] == ["postgres", "sandbox", "sites", *SMALL_NAMES]
    assert {program.command[0] for program in stack.airflow_components({})} == {sys.executable}


def test_the_configuration_holds_no_secret(tmp_path: Path) -> None:
    stack = Stack.described(tmp_path / "home").services
    text = configuration(stack.layout, stack.programs(), user="")
    assert not [secret for secret in vars(stack.credentials).values() if secret in text]


def test_postgres_ends_its_own_children_and_sees_no_secret(tmp_path: Path) -> None:
    stack = Stack.described(tmp_path / "home").services
    (server,) = stack.databases()
    assert (server.stop_signal, server.signals_children) == ("INT", False)
    assert server.command[:2] == ["/usr/bin/env", "-i"]


def test_a_supervisor_that_cannot_start_says_why(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path / "home")
    layout.create()
    layout.supervisor_config.write_text("[supervisord]\nnodaemon=perhaps\n")
    with pytest.raises(SupervisorFailed, match=r"did not start: Error: .*perhaps"):
        start(layout, {"PATH": "/usr/bin:/bin"})


def test_without_a_supervisor_nothing_runs(tmp_path: Path) -> None:
    assert not Supervisor(Layout.of(tmp_path)).is_running()
