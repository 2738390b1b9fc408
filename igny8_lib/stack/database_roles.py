"""Who may do what in the databases.

| role | may |
|---|---|
| superuser | make roles and databases; used by the initialisation, where it is known |
| owner | migrate: tables, triggers and functions of the product are its own; used by the initialisation |
| application | read and write rows; what the running processes are |
| metadata | everything in Airflow's database, nothing in the product's |

The application cannot drop, disable or walk round a trigger of the ledger: that takes a table's owner (ALTER, DROP,
DISABLE TRIGGER), TRUNCATE, a superuser (session_replication_role), or a temporary table of the same name in front of
the real one, which the right TEMPORARY on the database would allow.
Source of the list: PostgreSQL 18, chapters 5.8 (privileges) and 36.17 (search paths of functions).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from igny8_lib.errors import InvalidInput, PermanentError

ROLES_LOCK = 0x1697_9819
"""Advisory lock of the server's maintenance database: two init commands at once make roles one after the other."""
CONNECT_SECONDS = 10
ATTRIBUTES = sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS")


class DatabaseUnprepared(PermanentError):
    """A database, or a role on it, could not be made."""


@dataclass(frozen=True)
class DatabaseAccess:
    """The SQLAlchemy URLs by which a deployment reaches its databases."""

    application: str = field(repr=False)
    metadata: str = field(repr=False)
    owner: str = field(default="", repr=False)
    """Empty where one role does everything: the database's triggers then protect against mistakes, not intent."""
    superuser: str = field(default="", repr=False)
    """Empty where roles and databases are made by somebody else."""

    @property
    def migrating(self) -> str:
        """The URL that migrates the product database."""
        return self.owner or self.application

    @property
    def is_split(self) -> bool:
        """Whether the application is another role than the owner."""
        return role_of(self.migrating) != role_of(self.application)


def plain(url: str, *, database: str | None = None) -> str:
    """The URL as psycopg takes it, of another database where one is named."""
    return make_url(url).set(drivername="postgresql", database=database).render_as_string(hide_password=False)


def role_of(url: str) -> str:
    """The role a URL signs in as."""
    return make_url(url).username or ""


def database_of(url: str) -> str:
    """The database's name."""
    return make_url(url).database or ""


def address_of(url: str) -> tuple[str, int]:
    """Host, or folder of the socket, and port of a URL's server."""
    parts = make_url(url)
    return str(parts.host or parts.query.get("host", "")), parts.port or 5432


def prepare_server(access: DatabaseAccess) -> None:
    """Make the roles and databases that lie on the superuser's server; does nothing where no superuser is known.

    What an earlier version made as another role is given to the owner, Airflow's database to its own role. A password
    that was changed in the URL is the role's from now on. Raises DatabaseUnprepared where the server cannot be
    reached, InvalidInput where a URL signs in as the superuser itself.
    """
    if not access.superuser:
        return
    here = [url for url in (access.migrating, access.metadata) if is_on_server(access, url)]
    roles = [*here, access.application] if is_on_server(access, access.application) else here
    with connect(access.superuser) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [ROLES_LOCK])
        for url in roles:
            set_role(connection, url, superuser=role_of(access.superuser))
        for url in here:
            set_database(connection, url)
        if access.migrating in here and access.is_split:
            separate(connection, role_of(access.application))
        for url in here:
            give_objects(access.superuser, url)


def is_on_server(access: DatabaseAccess, url: str) -> bool:
    """Whether the URL's database lies on the superuser's server."""
    return bool(url) and address_of(url) == address_of(access.superuser)


@contextmanager
def connect(url: str, *, database: str | None = None) -> Iterator[psycopg.Connection]:
    """A connection outside transactions. Raises DatabaseUnprepared with the server's words."""
    try:
        connection = psycopg.connect(plain(url, database=database), autocommit=True, connect_timeout=CONNECT_SECONDS)
    except psycopg.OperationalError as error:
        raise DatabaseUnprepared(f"The database server cannot be reached: {str(error).strip()}") from error
    with connection:
        yield connection


def set_role(connection: psycopg.Connection, url: str, *, superuser: str) -> None:
    """Make the URL's role, or give it the URL's password; it may log in and nothing else."""
    name = role_of(url)
    if name == superuser:
        raise InvalidInput(
            f"The database {database_of(url)} is used as {name}, the server's superuser: name a role of its own in "
            "its URL."
        )
    role = sql.Identifier(name)
    if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).rowcount:
        connection.execute(sql.SQL("CREATE ROLE {}").format(role))
    # The server is told a SCRAM verifier, so that no log of its statements holds the password.
    verifier = connection.pgconn.encrypt_password(str(make_url(url).password).encode(), name.encode(), b"scram-sha-256")
    statement = sql.SQL("ALTER ROLE {} {} PASSWORD {}").format(role, ATTRIBUTES, sql.Literal(verifier.decode()))
    connection.execute(statement)


def set_database(connection: psycopg.Connection, url: str) -> None:
    """Make the URL's database with its role as the owner; nobody else may connect to it."""
    name, owner = database_of(url), role_of(url)
    database, role = sql.Identifier(name), sql.Identifier(owner)
    known = connection.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name]).fetchone()
    if known is None:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
    elif known[0] != owner:
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, role))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    # Times are told in UTC; PgBouncer drops what a connection asks for by itself.
    connection.execute(sql.SQL("ALTER DATABASE {} SET timezone TO 'UTC'").format(database))


def separate(connection: psycopg.Connection, application: str) -> None:
    """Take from the application every role it is a member of: by the owner's it could alter the owner's tables."""
    held = connection.execute(
        "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole",
        [sql.Identifier(application).as_string(connection)],
    ).fetchall()
    for (role,) in held:
        connection.execute(sql.SQL("REVOKE {} FROM {}").format(sql.SQL(role), sql.Identifier(application)))


OTHERS_OBJECTS = """
SELECT 'ALTER ' || kind || ' ' || name || ' OWNER TO ' FROM (
    SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, oid::regclass::text AS name,
           relowner AS owner, 'pg_class'::regclass AS catalog, oid
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL
    SELECT 'ROUTINE', oid::regprocedure::text, proowner, 'pg_proc'::regclass, oid
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'TYPE', oid::regtype::text, typowner, 'pg_type'::regclass, oid
        FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
) AS object
WHERE pg_get_userbyid(owner) <> %s AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = catalog AND objid = object.oid
        AND (deptype = 'e' OR (kind = 'SEQUENCE' AND deptype IN ('a', 'i'))))
"""
"""What an extension brought stays its own; a column's sequence follows its table."""


def give_objects(superuser: str, url: str) -> None:
    """Give the URL's role everything in its database that belongs to another, in one transaction."""
    owner = role_of(url)
    with connect(superuser, database=database_of(url)) as connection, connection.transaction():
        connection.execute("ALTER SCHEMA public OWNER TO pg_database_owner")
        for (statement,) in connection.execute(OTHERS_OBJECTS, [owner]).fetchall():
            connection.execute(sql.SQL(statement + "{}").format(sql.Identifier(owner)))


GRANTS = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
)
"""The owner's word for the application. The default privileges are for tables that later migrations make."""
DATABASE_GRANTS = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM {role}",
    "GRANT CONNECT ON DATABASE {database} TO {role}",
)
"""Where the owner owns the database, too."""
OWNS_DATABASE = "SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()"


def grant_application(access: DatabaseAccess) -> None:
    """Let the application read and write the rows of a migrated database; does nothing where it is the owner.

    Raises InvalidInput where the server has no such role and nobody may make it.
    """
    if not access.is_split:
        return
    name = role_of(access.application)
    words = {"role": sql.Identifier(name), "database": sql.Identifier(database_of(access.migrating))}
    with connect(access.migrating) as connection, connection.transaction():
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).rowcount:
            raise InvalidInput(
                f"The database server has no role {name}, as IGNY8_DATABASE_URL says: make it (CREATE ROLE {name} "
                "LOGIN PASSWORD '…'), or set IGNY8_DATABASE_SUPERUSER_URL for this command."
            )
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [ROLES_LOCK])
        execute_all(connection, GRANTS, words)
        owns = connection.execute(OWNS_DATABASE).fetchone()
        if owns and owns[0]:
            execute_all(connection, DATABASE_GRANTS, words)


def execute_all(
    connection: psycopg.Connection, statements: tuple[str, ...], words: Mapping[str, sql.Identifier]
) -> None:
    """Execute statements with identifiers put in."""
    for statement in statements:
        connection.execute(sql.SQL(statement).format(**words))
