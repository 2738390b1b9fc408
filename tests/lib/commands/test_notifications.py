import json
import os
import subprocess
import sys

import pytest

from igny8_lib.db.session import Sessions
from tests.factories.sites import make_account


@pytest.fixture
def account(sessions: Sessions) -> str:
    with sessions.begin() as session:
        return make_account(session).slug


def igny8(database_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"IGNY8_DATABASE_URL": database_url}
    command = [sys.executable, "-m", "igny8_lib.cli", "notifications", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_what_is_set_is_shown(database_url: str, account: str) -> None:
    emails = ["--email", "a@example.com", "--email", "b@example.com"]
    done = igny8(database_url, "set", account, *emails, "--slack-conn", "slack_agency", "--no-on-completion", "--json")
    assert done.returncode == 0, done.stderr
    shown = igny8(database_url, "show", account, "--json")
    assert json.loads(shown.stdout) == json.loads(done.stdout)
    assert json.loads(shown.stdout) == {
        "account": account,
        "emails": ["a@example.com", "b@example.com"],
        "smtp_conn_id": "smtp_default",
        "slack_webhook_conn_id": "slack_agency",
        "on_completion": False,
        "on_failure": True,
    }


def test_a_bad_address_changes_nothing_and_exits_with_bad_input(database_url: str, account: str) -> None:
    done = igny8(database_url, "set", account, "--email", "nobody", "--no-on-failure")
    assert done.returncode == 2
    assert "is not an e-mail address" in done.stderr
    assert json.loads(igny8(database_url, "show", account, "--json").stdout)["on_failure"] is True


def test_an_unknown_account_exits_with_not_found(database_url: str) -> None:
    assert igny8(database_url, "show", "nobody").returncode == 3
