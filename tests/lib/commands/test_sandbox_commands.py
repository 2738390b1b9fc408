import json
import os
import subprocess
import sys

from tests.sandbox_server import SandboxServer


def igny8(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "igny8_lib.cli", "sandbox", *arguments]
    return subprocess.run(command, env=os.environ | {"COLUMNS": "200"}, capture_output=True, text=True, check=False)


def test_switches_are_set_shown_and_reset(sandbox: SandboxServer) -> None:
    url = ("--url", sandbox.url)
    done = igny8("switches", "--set", "latency_seconds=0.5", "--set", 'fail_next=["refused"]', *url, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["latency_seconds"] == 0.5
    assert json.loads(done.stdout)["fail_next"] == ["refused"]
    assert "latency_seconds" in igny8("switches", *url).stdout
    assert json.loads(igny8("switches", "--reset", *url, "--json").stdout)["latency_seconds"] == 0


def test_requests_are_shown_by_path(sandbox: SandboxServer) -> None:
    assert json.loads(igny8("requests", "--url", sandbox.url, "--json").stdout)["started"] == 0
    assert "idempotency keys" in igny8("requests", "--url", sandbox.url).stdout


def test_a_switch_that_does_not_exist_is_named_and_nothing_is_changed(sandbox: SandboxServer) -> None:
    done = igny8("switches", "--set", "latency=1", "--url", sandbox.url)
    assert done.returncode == 2
    assert "latency" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_no_name_and_value_is_refused() -> None:
    done = igny8("switches", "--set", "latency", "--url", "http://127.0.0.1:9")
    assert done.returncode == 2
    assert "name=value" in done.stderr


def test_where_no_sandbox_answers_one_sentence_says_what_to_do() -> None:
    done = igny8("requests", "--url", "http://127.0.0.1:9")
    assert done.returncode == 75
    assert "igny8 sandbox serve" in done.stderr.replace("\n", " ")


def test_serve_refuses_a_bad_switch_before_it_listens() -> None:
    done = igny8("serve", "--port", "0", "--set", "error_rate=2")
    assert done.returncode == 2
    assert "error_rate" in done.stderr
