"""A provider that repeats the API key in every field it has: no table, no file and no log record shows eight characters
of it, whatever became of the requests."""

from __future__ import annotations

import base64
import logging
from pathlib import Path

import pytest
from sqlalchemy import text

from igny8_lib.db.session import Sessions
from tests.faulty_provider import FAULTS, FaultyProvider
from tests.lib.pipeline.faulty import KEY, faulty_tools, finish_cleanly, run_and_check
from tests.lib.pipeline.ready import ready_site

PART = 8
REPEATING = [name for name in FAULTS if "key" in name or name in {"refusal", "error_moderation", "redirect_elsewhere"}]
LEADS_ON = {"error_key", "redirect_elsewhere"}
"""They end the run, so each of them gets runs of its own."""
READY = (1, 2, 4, 5, 6)


def texts_of_tables(sessions: Sessions) -> dict[str, str]:
    """Every row of every table as PostgreSQL writes it, by table and row."""
    tables = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'"
    with sessions() as session:
        names = session.scalars(text(tables)).all()
        assert len(names) > 20
        return {
            f"{name} {number}": row
            for name in names
            for number, row in enumerate(session.scalars(text(f"SELECT t::text FROM {name} AS t")))  # noqa: S608 - names of our own tables
        }


def texts_of_logs(caplog: pytest.LogCaptureFixture) -> dict[str, str]:
    """Every log record: message, arguments and traceback."""
    write = logging.Formatter("%(message)s")
    return {f"log {n}": f"{write.format(record)} {record.args!r}" for n, record in enumerate(caplog.records)}


def parts_of_key() -> list[str]:
    """Every eight characters of the key, and of what base64 and hex make of it."""
    forms = [KEY, KEY.encode().hex(), base64.b64encode(KEY.encode()).decode().rstrip("=")[:-1]]
    return [form[at : at + PART] for form in forms for at in range(len(form) - PART + 1)]


def assert_key_nowhere(sessions: Sessions, caplog: pytest.LogCaptureFixture, media: Path) -> None:
    names = {f"file {path}": str(path) for path in media.rglob("*")}
    contents = {f"in {path}": path.read_bytes().decode("latin-1") for path in media.rglob("*") if path.is_file()}
    shown = texts_of_tables(sessions) | texts_of_logs(caplog) | names | contents
    parts = parts_of_key()
    found = {where: told[:300] for where, told in shown.items() if any(part in told for part in parts)}
    assert not found


def test_the_search_finds_a_part_of_the_key_in_a_table_and_in_a_log(
    sessions: Sessions, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("somewhere").info("told %s", KEY[3:11])
    with pytest.raises(AssertionError, match="log 0"):
        assert_key_nowhere(sessions, caplog, tmp_path)
    caplog.clear()
    with sessions.begin() as session:
        session.execute(
            text(
                "INSERT INTO ai_endpoint_dialects (base_url, model, dialect, learnt_at)"
                " VALUES ('u', 'm', jsonb_build_object('a', CAST(:part AS text)), now())"
            ),
            {"part": f"x{KEY[5:13]}y"},
        )
    with pytest.raises(AssertionError, match="ai_endpoint_dialects"):
        assert_key_nowhere(sessions, caplog, tmp_path)


@pytest.mark.parametrize("times", [1, None], ids=["once", "always"])
def test_no_table_file_or_log_shows_a_part_of_the_key(
    sessions: Sessions, tmp_path: Path, caplog: pytest.LogCaptureFixture, times: int | None
) -> None:
    caplog.set_level(logging.DEBUG)
    spread = [name for name in REPEATING if name not in LEADS_ON]
    for number in READY:
        with FaultyProvider(spread=spread, times=times) as provider:
            tools = faulty_tools(sessions, provider, tmp_path)
            items = len(spread) * {1: 20, 2: 5}.get(number, 1)
            site = ready_site(tools, number, items=items, funds=10_000, images_per_content=2)
            run_and_check(tools, provider, site, stages=[number])
            assert provider.given
            finish_cleanly(tools, provider, site, stages=[number])
    assert caplog.records
    assert_key_nowhere(sessions, caplog, tmp_path)


@pytest.mark.parametrize("fault", sorted(LEADS_ON))
def test_no_refusal_of_the_key_shows_it(
    sessions: Sessions, tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    caplog.set_level(logging.DEBUG)
    with FaultyProvider(fault) as provider:
        tools = faulty_tools(sessions, provider, tmp_path)
        site = ready_site(tools, 1, items=6, images_per_content=2)
        assert run_and_check(tools, provider, site).stopped_reason == "provider_unavailable"
        finish_cleanly(tools, provider, site)
    assert_key_nowhere(sessions, caplog, tmp_path)
