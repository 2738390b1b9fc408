"""`igny8 clean-up`: counted first, then removed, and its mistakes told."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from igny8_lib.settings import load
from tests.airflow_fake import FakeAirflow
from tests.airflow_server import served
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell
from tests.lib.retention.old import make_worked_run


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IGNY8_HOME", str(tmp_path))
    load.cache_clear()


def test_it_counts_and_then_removes(session: Session, igny8: Igny8, monkeypatch: pytest.MonkeyPatch) -> None:
    make_worked_run(session, make_site(session, make_funded_account(session)))
    session.commit()
    with served(FakeAirflow(old_rows={"event_log": 3})) as url:
        monkeypatch.setenv("IGNY8_AIRFLOW_URL", url)
        for arguments, rows in ((["--dry-run"], 5), ([], 6), ([], 0)):
            code, document = igny8("clean-up", *arguments)
            told = {part["part"]: part["rows"] for part in document["parts"]}
            assert (code, document["stopped"], told["run_details"]) == (0, None, rows)
            assert told["event_log"] == (3 if rows else 0)


def test_people_see_a_table(session: Session, shell: Shell) -> None:
    make_worked_run(session, make_site(session, make_funded_account(session)))
    session.commit()
    code, text = shell("clean-up", "--product-only", "--dry-run")
    assert code == 0
    assert "run_details" in text
    assert "to remove" in text
    assert "event_log" not in text


def test_an_unknown_part_and_an_age_below_its_least_are_told(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = shell("clean-up", "--only", "money")
    assert code == 2
    assert "There is no part money" in text
    monkeypatch.setenv("IGNY8_KEEP_RUN_DETAILS_DAYS", "3")
    load.cache_clear()
    code, text = shell("clean-up", "--dry-run")
    assert code == 2
    assert "KEEP_RUN_DETAILS_DAYS" in text.upper()
