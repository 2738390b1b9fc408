"""The runbook's commands for a running stack, in the order of its pages."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from igny8_lib.metrics.airflow_parts import OF_AIRFLOW
from tests.deployment.test_runbook import ON_A_STACK, ON_THE_DATABASE, all_commands, begins
from tests.journey.sites import make_site
from tests.stack import LONG, Stack, until

pytestmark = [pytest.mark.airflow, pytest.mark.slow("a stack, and a run on it that is cancelled")]
OTHER_PORT = "127.0.0.1:8080"
SITE = "runbook"
"""In place of the pages' site "demo": other tests of the stack may have made that one."""


def commands(*, program: str) -> list[list[str]]:
    """What is run here, each with its words."""
    here = [each for each in all_commands() if begins(each, ON_A_STACK) and not begins(each, ON_THE_DATABASE)]
    return [words for words in map(shlex.split, here) if words[0] == program]


@pytest.fixture(scope="module")
def busy(stack: Stack) -> Stack:
    """The stack, with a run of the site under way."""
    make_site(stack, SITE)
    stack.switch(latency_seconds=2)
    stack.trigger(f"site__{SITE}")
    until(lambda: "running" in stack.igny8("status", SITE).stdout or None, "the run is under way", LONG)
    return stack


@pytest.mark.parametrize("words", commands(program="igny8"), ids=" ".join)
def test_what_needs_a_stack_is_run(busy: Stack, words: list[str], tmp_path: Path) -> None:
    here = {"/opt/igny8/task_logs": str(tmp_path), "demo": SITE}
    done = busy.igny8(*[here.get(word, word) for word in words[1:]])
    wanted = {0, 1} if words[1] == "doctor" else {0}  # what others did to the stack may have left a part ill
    assert done.returncode in wanted, done.stdout + done.stderr
    assert done.stdout
    if words[1] == "cancel":
        busy.reset_sandbox()


def test_the_doctor_tells_every_part_and_that_airflow_s_are_well(busy: Stack) -> None:
    told = json.loads(busy.igny8("doctor", "--json").stdout)
    parts = {part["name"]: part for part in told["parts"]}
    assert {name: parts[name]["state"] for name in OF_AIRFLOW} == dict.fromkeys(OF_AIRFLOW, "ok")
    assert re.fullmatch(r"\d+ tasks are queued, \d+ run\.", parts["executor"]["says"])
    assert parts["database"]["state"] == "ok"
    assert re.fullmatch(r"All \d+ run\.", parts["processes"]["says"])


def test_health_and_figures_are_asked_as_the_page_says(busy: Stack) -> None:
    here = busy.services.airflow_url.removeprefix("http://")
    for words in commands(program="curl"):
        url = words[-1].replace(OTHER_PORT, here)
        token = busy.airflow.token or (busy.airflow.sign_in(), busy.airflow.token)[1]
        answer = busy.airflow.http.get(url, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200 or url.endswith("/parts"), answer.text


def test_a_backup_is_made_and_found_whole(busy: Stack, tmp_path: Path) -> None:
    target = str(tmp_path / "2026-12-01.tar")
    made = busy.igny8("backup", target, IGNY8_BACKUP_PASSPHRASE="a-passphrase-of-this-test")
    assert made.returncode == 0, made.stderr
    checked = busy.igny8("restore", target, "--check", IGNY8_BACKUP_PASSPHRASE="a-passphrase-of-this-test")
    assert checked.returncode == 0, checked.stderr
