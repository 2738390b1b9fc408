"""Whatever is typed: a documented exit code, one sentence, JSON where it was asked for, and nothing changed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from igny8_lib.airflow_api import client as airflow_client
from igny8_lib.cli import main
from igny8_lib.settings import load
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.lib.commands.hostile import DOCUMENTED, HOSTILE, STARTS_PROCESSES, command_lines, commands

NEVER_SAID = ("Traceback", "psycopg", "SELECT", "INSERT", "UPDATE", "[SQL", "sqlalche.me", "sqlalchemy")
Ended = tuple[int, str, str]
Type = Callable[..., Ended]


@pytest.fixture
def type_in(
    database_url: str, session: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Type:
    """The command line in this process, with account `agency` and site `blog`, Airflow and sandbox away."""
    make_site(session, make_funded_account(session, 100, slug="agency"), slug="blog")
    session.commit()
    monkeypatch.setenv("IGNY8_DATABASE_URL", database_url)
    monkeypatch.setenv("IGNY8_AIRFLOW_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("IGNY8_AI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setattr(airflow_client, "WAIT", lambda _: 0)  # nobody comes back here
    load.cache_clear()

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["igny8", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


def rows_in(engine: Engine) -> dict[str, int]:
    """How many rows each table has, and how often any was changed: what a command could have left behind."""
    with engine.connect() as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        query = " UNION ALL ".join(
            f"SELECT '{name}', count(*), coalesce(sum(hashtext(t::text)), 0) FROM {name} t"  # noqa: S608 - our own tables
            for name in sorted(tables)
        )
        return {row[0]: (row[1], row[2]) for row in connection.execute(text(query))}


def check_refusal(arguments: list[str], code: int, err: str) -> None:
    """One sentence and nothing of the machinery; with --json one document."""
    assert code in DOCUMENTED, (arguments, code, err)
    assert not [word for word in NEVER_SAID if word in err], (arguments, err)
    if code == 0:
        return
    document = json.loads(err)
    assert set(document) >= {"error", "message"}
    assert "\n" not in document["message"]
    assert document["message"].isprintable(), arguments
    assert len(document["message"]) <= 2_001


@pytest.mark.parametrize("name", sorted(set(commands()) - STARTS_PROCESSES))
def test_no_argument_makes_a_command_lose_its_words(
    name: str, type_in: Type, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a hostile name is a file's name, too
    unwritable = tmp_path / "file"
    unwritable.write_text("no folder")
    values = HOSTILE | {"folder": str(tmp_path), "below a file": str(unwritable / "x"), "nowhere": "/proc/none/x"}
    before = rows_in(engine)
    for what, value in values.items():
        codes = [try_out(type_in, name, line) for line in command_lines(commands()[name], value, tmp_path)]
        after = rows_in(engine)
        assert 0 in codes or after == before, f"{name} refused {what} and changed something"
        before = after


def try_out(type_in: Type, name: str, line: list[str]) -> int:
    """Type the command with --json, and look at what it said."""
    arguments = [*name.split(), "--json", *line]
    code, _out, err = type_in(*arguments)
    check_refusal(arguments, code, err)
    return code


@pytest.mark.parametrize("name", sorted(commands()))
def test_what_the_parser_refuses_is_json_too(name: str, type_in: Type) -> None:
    code, out, err = type_in(*name.split(), "--json", "--no-such-option")
    assert (code, out) == (2, "")
    assert json.loads(err)["error"] == "InvalidInput"
    assert f"`igny8 {name} --help`" in json.loads(err)["message"]
    assert type_in(*name.split(), "--no-such-option")[2].count("\n") == 1, "one sentence for people, too"


@pytest.mark.parametrize("name", sorted(commands()))
def test_help_of_every_command_says_what_it_takes(name: str, type_in: Type) -> None:
    code, out, _err = type_in(*name.split(), "--help")
    assert (code, "Usage: igny8 " + name in out) == (0, True)
    for parameter in commands()[name].params:
        assert parameter.help, f"{name}: {parameter.name} is not explained"


def test_a_command_without_its_arguments_and_a_group_without_a_command_are_bad_input(type_in: Type) -> None:
    assert json.loads(type_in("runs", "show", "--json")[2])["error"] == "InvalidInput"
    code, out, err = type_in("runs")
    assert (code, "Usage: igny8 runs" in out + err, "Traceback" in err) == (2, True, False)
    assert json.loads(type_in("frobnicate", "--json")[2])["error"] == "InvalidInput"
