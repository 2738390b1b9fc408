"""A dump becomes a database beside the present one, is looked at, and then takes its place by a rename.

igny8 ──────────────> igny8_before_restore     both renames of both databases are one transaction, where the
igny8_restoring ────> igny8                    databases lie on one server
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, ObjectInUse

from igny8_lib.backup import programs
from igny8_lib.backup.manifest import BackupDamaged, Database
from igny8_lib.backup.snapshots import count_rows
from igny8_lib.errors import Conflict, InvalidInput
from igny8_lib.stack.database_roles import address_of, connect, database_of, plain, role_of

COMING = "_restoring"
FORMER = "_before_restore"
MAINTENANCE = "postgres"
"""The database from which others are made and renamed."""
MOST_JOBS = 4


class DatabaseInUse(Conflict):
    """Somebody is connected to a database that is to be replaced."""


@dataclass(frozen=True)
class Place:
    """One database of this deployment."""

    url: str = field(repr=False)
    """As the role that owns what is in it."""
    superuser: str = field(default="", repr=False)
    """Its server as the superuser, where that is known; else the owner makes and renames databases."""

    @property
    def name(self) -> str:
        """The database's."""
        return database_of(self.url)

    @property
    def coming(self) -> str:
        """Under which name the dump is restored."""
        return self.name + COMING

    @property
    def former(self) -> str:
        """Under which name the present database is kept."""
        return self.name + FORMER

    @property
    def maintenance(self) -> str:
        """The URL from which databases are made and renamed."""
        return plain(self.superuser or self.url, database=MAINTENANCE)

    @property
    def coming_url(self) -> str:
        """The restored database, as its owner."""
        return plain(self.url, database=self.coming)


def exists(connection: psycopg.Connection, name: str) -> bool:
    """Whether the server has a database of that name."""
    return bool(connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount)


def holds_accounts(place: Place) -> bool:
    """Whether the product's database is there and somebody's account is in it."""
    with connect(place.maintenance) as connection:
        if not exists(connection, place.name):
            return False
    with connect(plain(place.superuser or place.url, database=place.name)) as connection:
        if connection.execute("SELECT FROM pg_class WHERE oid = to_regclass('public.accounts')").rowcount == 0:
            return False
        return connection.execute("SELECT FROM accounts LIMIT 1").rowcount > 0


def require_unused(places: Sequence[Place]) -> None:
    """Raise DatabaseInUse where anybody is connected to one of the databases: they would be renamed under him."""
    for place in places:
        with connect(place.maintenance) as connection:
            found = connection.execute(
                "SELECT DISTINCT coalesce(nullif(application_name, ''), backend_type) || ' of ' "
                "|| coalesce(host(client_addr), 'this machine') FROM pg_stat_activity "
                "WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend' LIMIT 5",
                [place.name],
            ).fetchall()
        if found:
            names = ", ".join(str(row[0]) for row in found)
            raise DatabaseInUse(
                f"The database {place.name} is in use ({names}): stop Airflow and everything else that works on it, "
                "then run the command again. Nothing was changed."
            )


def restore_beside(place: Place, wanted: Database, dump: Path) -> None:
    """Restore the dump into a database of its own, as the owner, and compare its rows with what was counted.

    Raises InvalidInput where the role may make no database, ProgramFailed, BackupDamaged.
    """
    with connect(place.maintenance) as connection:
        program = programs.find("pg_restore", major=max(wanted.server, connection.info.server_version // 10_000))
        drop(connection, place.coming)
        make(connection, place)
    jobs = ["--jobs", str(MOST_JOBS)]
    programs.run(program, place.coming_url, ["--no-owner", "--no-privileges", "--exit-on-error", *jobs, str(dump)])
    with connect(place.coming_url) as connection:
        found = count_rows(connection)
        connection.execute("ANALYZE")
    if found != wanted.rows:
        tables = sorted(name for name in found | wanted.rows if found.get(name) != wanted.rows.get(name))
        raise BackupDamaged(
            f"Other rows were restored than were backed up, in {', '.join(tables[:5])}: take another backup."
        )


def make(connection: psycopg.Connection, place: Place) -> None:
    """Make the empty database for the dump, owned by the role that owns the present one."""
    statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0")
    try:
        connection.execute(statement.format(sql.Identifier(place.coming), sql.Identifier(role_of(place.url))))
    except InsufficientPrivilege as error:
        raise InvalidInput(
            f"The role {role_of(place.url)} may not make databases: set IGNY8_DATABASE_SUPERUSER_URL for this command."
        ) from error


def drop(connection: psycopg.Connection, name: str) -> None:
    """Drop a database with its connections, where it is there."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_coming(places: Sequence[Place]) -> None:
    """Leave nothing of a restore that did not come to its end."""
    for place in places:
        with connect(place.maintenance) as connection:
            drop(connection, place.coming)


def swap(places: Sequence[Place], *, again: bool) -> list[str]:
    """Put the restored databases in the place of the present ones; the names under which these are kept.

    Databases of one server are swapped in one transaction. `again`: an earlier swap was cut off, so what is kept from
    before it stays, and what it put in place goes. Raises DatabaseInUse, with nothing changed on that server.
    """
    servers: dict[tuple[str, int], list[Place]] = {}
    for place in places:
        servers.setdefault(address_of(place.maintenance), []).append(place)
    kept: list[str] = []
    for neighbours in servers.values():
        with connect(neighbours[0].maintenance) as connection:
            for place in neighbours:
                drop(connection, place.name if again and exists(connection, place.former) else place.former)
            kept += rename_all(connection, neighbours)
    return kept


def rename_all(connection: psycopg.Connection, places: Sequence[Place]) -> list[str]:
    """Both renames of each database, all or none."""
    kept = []
    try:
        with connection.transaction():
            for place in places:
                if exists(connection, place.name):
                    rename(connection, place.name, place.former)
                rename(connection, place.coming, place.name)
                if exists(connection, place.former):
                    kept.append(place.former)
    except ObjectInUse as error:
        raise DatabaseInUse(f"{str(error).splitlines()[0]}: stop what is connected, then run it again.") from error
    return kept


def rename(connection: psycopg.Connection, name: str, new: str) -> None:
    """Rename a database; nobody may be connected to it."""
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(new)))


def pause_all(place: Place) -> int:
    """Pause every DAG of a restored Airflow, so that nothing begins by itself; how many."""
    with connect(place.coming_url) as connection:
        return connection.execute("UPDATE dag SET is_paused = true WHERE NOT is_paused").rowcount
