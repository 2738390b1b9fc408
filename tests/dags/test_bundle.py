"""The bundle touches the files of those shards alone whose sites, or whose code, are not what they were built from."""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.engine import Engine

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site
from igny8_lib.settings import load
from tests.factories.sites import make_account, make_site

ROOT = Path(__file__).parents[2]
SHARDS = 4
SITES = 16
LONG_AGO = 1_000_000_000


@pytest.fixture
def shards(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module of the shards, on the test's database."""
    monkeypatch.setenv("IGNY8_DATABASE_URL", database_url)
    monkeypatch.setenv("IGNY8_HOME", str(tmp_path))
    for folder in ("dags", "plugins"):
        monkeypatch.syspath_prepend(str(ROOT / folder))
    load.cache_clear()
    connections = importlib.import_module("igny8_dags.connections")
    connections.sessions.cache_clear()
    monkeypatch.setattr(importlib.import_module("gc"), "disable", lambda: None)  # this process goes on
    yield importlib.import_module("igny8_dags.shards")
    if connections.sessions.cache_info().currsize:
        connections.sessions().kw["bind"].dispose()
    connections.sessions.cache_clear()
    load.cache_clear()


@pytest.fixture
def bundle(shards: ModuleType, sessions: Sessions, tmp_path: Path) -> Iterator[Any]:
    """A bundle of some sites, one on a schedule, whose files are built."""
    with sessions.begin() as session:
        account = make_account(session)
        for number in range(SITES):
            make_site(session, account, slug=f"garden-{number}", config={"is_enabled": number == 7})
    module = importlib.import_module("igny8_dags.bundle")
    made = module.RosterBundle(name="sites", path=str(tmp_path / "shards"), shards=SHARDS, refresh_interval=3)
    made.initialize()
    made.refresh()
    for number in range(SHARDS):
        build(shards, made, number)
    made.refresh()
    yield made
    importlib.import_module("igny8_dags.code_state").INHERITED.clear()


def build(shards: ModuleType, bundle: Any, number: int) -> dict[str, Any]:
    """What a parsing process does with a file."""
    namespace = {"__file__": str(shards.stub_path(bundle.path, number))}
    exec(shards.stub_path(bundle.path, number).read_text(), namespace)  # noqa: S102 - as Airflow does
    return {name: value for name, value in namespace.items() if name.startswith("site__")}


def touched_by(bundle: Any, shards: ModuleType) -> list[int]:
    """The shards whose files a refresh touches."""
    stubs = [shards.stub_path(bundle.path, number) for number in range(SHARDS)]
    for stub in stubs:
        os.utime(stub, (LONG_AGO, LONG_AGO))
    bundle.refresh()
    return [number for number, stub in enumerate(stubs) if stub.stat().st_mtime != LONG_AGO]


def change(sessions: Sessions, slug: str, **values: object) -> None:
    with sessions.begin() as session:
        session.execute(update(Site).where(Site.slug == slug).values(**values))


def test_each_site_is_in_one_file_and_what_is_unchanged_is_not_touched(bundle: Any, shards: ModuleType) -> None:
    built = [build(shards, bundle, number) for number in range(SHARDS)]
    assert sorted(name for dags in built for name in dags) == sorted(
        f"site__garden-{number}" for number in range(SITES)
    )
    assert touched_by(bundle, shards) == []


@pytest.mark.parametrize("values", [{"domain": "new.example"}, {"timezone": "Asia/Tokyo"}, {"status": "inactive"}])
def test_a_changed_or_removed_site_touches_its_own_file_alone(
    bundle: Any, shards: ModuleType, sessions: Sessions, values: dict[str, object]
) -> None:
    change(sessions, "garden-7", **values)
    own = shards.shard_of("garden-7", SHARDS)
    assert touched_by(bundle, shards) == [own]
    build(shards, bundle, own)
    assert touched_by(bundle, shards) == []


def test_a_new_site_touches_its_own_file_alone(bundle: Any, shards: ModuleType, sessions: Sessions) -> None:
    with sessions.begin() as session:
        make_site(session, slug="brand-new")
    own = shards.shard_of("brand-new", SHARDS)
    assert touched_by(bundle, shards) == [own]
    assert "site__brand-new" in build(shards, bundle, own)


def test_a_file_stays_behind_until_it_was_built_from_what_holds_now(
    bundle: Any, shards: ModuleType, sessions: Sessions
) -> None:
    """A touch while it is being parsed is lost: what was built from the sites before it is noticed all the same."""
    own = shards.shard_of("garden-7", SHARDS)
    change(sessions, "garden-7", domain="first.example")
    build(shards, bundle, own)
    change(sessions, "garden-7", domain="second.example")
    assert touched_by(bundle, shards) == [own]
    assert touched_by(bundle, shards) == [], "it is given time to be parsed"
    bundle.behind[own].again = 0.0
    assert touched_by(bundle, shards) == [own], "the first touch was lost"


def test_a_file_that_cannot_be_built_is_touched_less_and_less_often(
    bundle: Any, shards: ModuleType, sessions: Sessions
) -> None:
    change(sessions, "garden-7", domain="never-built.example")
    behind = importlib.import_module("igny8_dags.bundle").Behind("wanted")
    stub = shards.stub_path(bundle.path, 0)
    touches = [second for second in range(3600) if behind.touch(stub, float(second))]
    pauses = [later - earlier for earlier, later in pairwise(touches)]
    assert pauses[:4] == [3, 6, 12, 24]
    assert max(pauses) == 300
    bundle.refresh()
    change(sessions, "garden-7", domain="another.example")
    assert touched_by(bundle, shards) == [shards.shard_of("garden-7", SHARDS)], "another change starts anew"


def test_changed_code_touches_every_file(
    bundle: Any, shards: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code_state = importlib.import_module("igny8_dags.code_state")
    before = code_state.code_state()
    extra = tmp_path / "igny8_timetable.py"
    extra.write_text("# another state of the code")
    monkeypatch.setattr(importlib.import_module("igny8_timetable"), "__file__", str(extra))
    assert code_state.code_state() != before
    assert touched_by(bundle, shards) == list(range(SHARDS))
    assert code_state.is_outdated(), "what the parsing process inherited is not what is on disk"


def test_a_database_that_cannot_be_read_touches_nothing(
    bundle: Any, shards: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IGNY8_DATABASE_URL", "postgresql+psycopg://nobody:x@127.0.0.1:1/nowhere")
    load.cache_clear()
    assert touched_by(bundle, shards) == []


def test_no_connection_stays_open_after_a_look(bundle: Any) -> None:
    """Parsing processes are forked from the one that looks: they would share its socket."""
    opened: list[object] = []
    closed: list[object] = []

    def count(kind: list[object]) -> Callable[..., None]:
        return lambda connection, _: kind.append(connection)

    on_open, on_close = count(opened), count(closed)
    event.listen(Engine, "connect", on_open)
    event.listen(Engine, "close", on_close)
    try:
        for _ in range(3):
            bundle.refresh()
    finally:
        event.remove(Engine, "connect", on_open)
        event.remove(Engine, "close", on_close)
    assert len(opened) == len(closed) == 3


def test_a_task_builds_its_own_site_s_dag_by_one_query(
    bundle: Any, shards: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "site__garden-7")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_TASK_ID", "start")
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        dags = build(shards, bundle, 0)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert list(dags) == ["site__garden-7"]
    assert sum("FROM sites" in statement for statement in asked) == 1


def test_a_site_that_cannot_be_built_hurts_no_other_of_its_shard(
    bundle: Any, shards: ModuleType, sessions: Sessions
) -> None:
    change(sessions, "garden-7", timezone="Mars/Olympus")
    own = shards.shard_of("garden-7", SHARDS)
    dags = build(shards, bundle, own)
    assert len(dags) > 1
    marked = [name for name, dag in dags.items() if "needs-attention" in dag.tags]
    assert marked == ["site__garden-7"]


@pytest.mark.usefixtures("shards")
def test_many_processes_may_make_the_files_at_once(tmp_path: Path) -> None:
    module = importlib.import_module("igny8_dags.bundle")
    made = [module.RosterBundle(name="sites", path=str(tmp_path / "together"), shards=SHARDS) for _ in range(4)]
    threads = [threading.Thread(target=one.initialize) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = sorted(path.name for path in (tmp_path / "together").iterdir())
    assert names == [f"sites_{number:02}.py" for number in range(SHARDS)]
