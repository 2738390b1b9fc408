"""A backup of a deployment goes on elsewhere as it was; what is damaged, unfit or in the way changes nothing."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from fsspec.core import url_to_fs  # type: ignore[import-untyped]

from igny8_lib.backup import databases, manifest, restoring
from igny8_lib.backup.databases import DatabaseInUse
from igny8_lib.backup.manifest import BackupDamaged, BackupUnfit
from igny8_lib.backup.places import reader_at
from igny8_lib.backup.restoring import Restored, TargetNotEmpty
from igny8_lib.backup.sealing import WrongPassphrase
from igny8_lib.errors import Conflict, NotFound
from igny8_lib.stack.database_roles import plain
from igny8_lib.stack.unfinished import RestoreUnfinished
from tests.conftest import with_database
from tests.lib.backup.conftest import PASSPHRASE, PICTURE, SECRETS, Small

LEDGER = "SELECT account_id, amount, balance_after FROM credit_ledger ORDER BY id"


def quiet(_: str) -> None:
    """Nobody listens."""


def restore(
    source: Path | str, small: Small, *, replace: bool = False, paused: bool = False, passphrase: str = PASSPHRASE
) -> Restored:
    with reader_at(str(source)) as reader:
        return restoring.restore(reader, small.target, quiet, passphrase=passphrase, replace=replace, paused=paused)


def state(small: Small) -> tuple[object, ...]:
    """What a failed restore may not change."""
    files = sorted(str(path.relative_to(small.home)) for path in small.home.rglob("*") if path.is_file())
    return small.execute(LEDGER), files, small.secrets


@pytest.mark.parametrize("name", ["one", "one.tar", "memory://backups/one", "memory://backups/one.tar"])
def test_everything_is_there_again_wherever_the_backup_lies(
    name: str, small: Small, other: Small, tmp_path: Path
) -> None:
    place = name if "://" in name else str(tmp_path / name)
    small.back_up(place)
    done = restore(place, other)
    assert other.execute(LEDGER) == small.execute(LEDGER) != []
    assert (other.media / small.picture).read_bytes() == PICTURE
    assert (other.sites / "garden/current").readlink() == Path("v2")
    assert (other.sites / "garden/current/a.html").read_bytes() == b"2"
    assert (other.secrets, done.manifest.missing, done.files) == (SECRETS, [], {"media": 1, "sites": 3})
    if "://" in name:
        files, path = url_to_fs(place)
        files.rm(path, recursive=True)


def test_the_ledger_is_guarded_and_the_application_owns_nothing_after_a_restore(
    small: Small, other: Small, tmp_path: Path
) -> None:
    small.back_up(tmp_path / "one")
    restore(tmp_path / "one", other)
    with pytest.raises(psycopg.Error, match="append-only"):
        other.execute("DELETE FROM credit_ledger", database=other.access.owner)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        other.execute("ALTER TABLE credit_ledger DISABLE TRIGGER ALL")
    always = "SELECT count(*) FROM pg_trigger WHERE tgenabled = 'A'"
    assert other.execute(always) == small.execute(always) != [(0,)]


def test_rows_written_while_the_backup_is_made_are_no_part_of_it(
    small: Small, other: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = small.execute(LEDGER)
    run = databases.programs.run

    def run_late(*given: object) -> None:
        small.execute(
            "INSERT INTO plans (name, monthly_credits, support_level, billing_cycle, price, features) "
            "VALUES (gen_random_uuid(), 1, '', '', 1, '{}')"
        )
        run(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(databases.programs, "run", run_late)
    small.back_up(tmp_path / "one")
    monkeypatch.undo()
    assert small.execute("SELECT count(*) FROM plans WHERE support_level = ''") == [(2,)]
    restore(tmp_path / "one", other)
    assert other.execute(LEDGER) == before
    assert other.execute("SELECT count(*) FROM plans WHERE support_level = ''") == [(0,)]


def test_a_picture_that_went_away_meanwhile_is_named(small: Small, tmp_path: Path) -> None:
    (small.media / small.picture).unlink()
    assert small.back_up(tmp_path / "one").missing == [small.picture]


def test_a_backup_is_readable_by_its_owner_alone_and_its_secrets_by_nobody(small: Small, tmp_path: Path) -> None:
    small.back_up(tmp_path / "one")
    files = [path for path in (tmp_path / "one").rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert not [path for path in files if SECRETS["fernet_key"].encode() in path.read_bytes()]
    with pytest.raises(WrongPassphrase), reader_at(str(tmp_path / "one")) as reader:
        restoring.secrets_in(reader, restoring.look(reader, quiet), "another passphrase")


@pytest.mark.parametrize("name", ["one", "one.tar"])
def test_half_a_backup_is_none(name: str, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("igny8_lib.backup.files.FileCopier.copy_sites", fail)
    with pytest.raises(KeyboardInterrupt):
        small.back_up(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir() if "one" in path.name] == []
    left = tmp_path / ".one.999999999.partial"
    left.mkdir()
    with pytest.raises(NotFound, match="never finished"), reader_at(str(left)) as reader:
        reader.manifest()


def test_a_backup_never_takes_the_place_of_another(small: Small, tmp_path: Path) -> None:
    small.back_up(tmp_path / "one.tar")
    with pytest.raises(Conflict, match="is there already"):
        small.back_up(tmp_path / "one.tar")


def test_what_is_here_is_replaced_only_where_that_was_said_and_is_kept_beside(
    small: Small, other: Small, tmp_path: Path
) -> None:
    small.back_up(tmp_path / "one")
    restore(tmp_path / "one", other)
    (other.media / "later.png").write_bytes(b"later")
    before = state(other)
    with pytest.raises(TargetNotEmpty, match="--replace"):
        restore(tmp_path / "one", other)
    assert state(other) == before
    done = restore(tmp_path / "one", other, replace=True)
    assert not (other.media / "later.png").exists()
    assert [
        len(list(Path(kept).rglob("later.png"))) for kept in done.kept if kept.endswith("media/.igny8-before-restore")
    ] == [1]
    assert sum(kept.endswith("_before_restore") for kept in done.kept) == 2


def spoil_dump(backup: Path) -> None:
    data = bytearray((backup / "product.dump").read_bytes())
    data[len(data) // 2] ^= 1
    (backup / "product.dump").write_bytes(data)


def lose_picture(backup: Path) -> None:
    next((backup / "media").rglob("*.png")).unlink()


def edit(backup: Path, change: Callable[[dict[str, object]], None]) -> None:
    document = json.loads((backup / "manifest.json").read_text())
    change(document)
    (backup / "manifest.json").write_text(json.dumps(document))


def come_from_the_future(backup: Path) -> None:
    edit(backup, lambda document: document["databases"]["product"].update(revision="9999"))  # type: ignore[index]


def come_from_a_later_airflow(backup: Path) -> None:
    edit(backup, lambda document: document.update(airflow="99.0"))


def count_otherwise(backup: Path) -> None:
    edit(backup, lambda document: document["databases"]["product"]["rows"].update(accounts=7))  # type: ignore[index]


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (spoil_dump, BackupDamaged),
        (lose_picture, BackupDamaged),
        (come_from_the_future, BackupUnfit),
        (come_from_a_later_airflow, BackupUnfit),
        (count_otherwise, BackupDamaged),
    ],
)
def test_a_backup_that_cannot_be_used_changes_nothing(
    spoil: Callable[[Path], None], error: type[Exception], small: Small, tmp_path: Path
) -> None:
    small.back_up(tmp_path / "one")
    spoil(tmp_path / "one")
    before = state(small)
    with pytest.raises(error):
        restore(tmp_path / "one", small, replace=True)
    assert state(small) == before
    assert small.execute("SELECT count(*) FROM pg_database WHERE datname ~ '^backup_.*_restoring$'") == [(0,)]


def test_a_list_that_names_a_file_elsewhere_is_not_followed() -> None:
    assert [manifest.is_inside(name) for name in ("media/a.png", "media/../a", "/etc/passwd", "other/a")] == [
        True,
        False,
        False,
        False,
    ]
    assert [manifest.is_beside(link) for link in ("v2", "../v2", "/etc")] == [True, False, False]


def test_a_database_in_use_is_not_replaced(small: Small, tmp_path: Path) -> None:
    small.back_up(tmp_path / "one")
    with psycopg.connect(plain(small.access.application), application_name="a worker"):
        before = state(small)
        with pytest.raises(DatabaseInUse, match="a worker"):
            restore(tmp_path / "one", small, replace=True)
        assert state(small) == before


def test_a_restore_that_is_cut_off_in_the_swap_is_seen_and_done_again(small: Small, tmp_path: Path) -> None:
    small.back_up(tmp_path / "one")
    small.execute("UPDATE accounts SET name = 'changed since'")

    def fail(_: object) -> None:
        raise OSError("the machine went away")

    with pytest.raises(OSError, match="went away"), reader_at(str(tmp_path / "one")) as reader:
        restoring.restore(reader, replace(small.target, take_secrets=fail), quiet, passphrase=PASSPHRASE, replace=True)
    with pytest.raises(RestoreUnfinished, match="igny8 restore"):
        small.target.unfinished.require_none()
    done = restore(tmp_path / "one", small)
    small.target.unfinished.require_none()
    kept = next(name for name in done.kept if name.endswith("_before_restore") and "airflow" not in name)
    former = with_database(small.access.owner, kept)
    changed = small.execute("SELECT DISTINCT name FROM accounts", database=former)
    assert changed == [("changed since",)], "what was here before both is what is kept"


def test_dags_are_paused_for_a_drill_and_only_then(small: Small, other: Small, tmp_path: Path) -> None:
    small.back_up(tmp_path / "one")
    restore(tmp_path / "one", other)
    paused = "SELECT is_paused FROM dag"
    assert other.execute(paused, database=other.access.metadata) == [(False,)]
    assert restore(tmp_path / "one", other, replace=True, paused=True).paused == 1
    assert other.execute(paused, database=other.access.metadata) == [(True,)]
