"""What the application's role may do: rows, and nothing that could walk round the ledger's triggers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import Usage, balance_of
from igny8_lib.credits.reservations import reserve, settle
from igny8_lib.db.migrate import upgrade
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.errors import InvalidInput
from igny8_lib.models import Base, Operation, RunStatus
from igny8_lib.stack.database_roles import (
    OTHERS_OBJECTS,
    DatabaseAccess,
    DatabaseUnprepared,
    connect,
    grant_application,
    prepare_server,
    role_of,
)
from tests.conftest import run_on_server, with_database
from tests.factories.credits import make_funded_account
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import drive, tools_for
from tests.sandbox_server import SandboxServer


def url_of(superuser: str, role: str, database: str) -> str:
    """The server's URL for another role and database."""
    from sqlalchemy import make_url  # noqa: PLC0415 - beside its one use

    parts = make_url(superuser).set(username=role, password=f"of-{role}", database=database)
    return parts.render_as_string(hide_password=False)


@pytest.fixture
def access(postgres_url: str, template_database: str) -> Iterator[DatabaseAccess]:
    """A database that was made before there were roles: everything in it is the superuser's. Nothing is prepared."""
    name = f"roles_{uuid.uuid4().hex[:8]}"
    run_on_server(postgres_url, f'CREATE DATABASE "{name}" TEMPLATE "{template_database}"')
    yield DatabaseAccess(
        application=url_of(postgres_url, f"{name}_app", name),
        owner=url_of(postgres_url, f"{name}_owner", name),
        metadata=url_of(postgres_url, f"{name}_airflow", f"{name}_airflow"),
        superuser=postgres_url,
    )
    for database in (name, f"{name}_airflow"):
        run_on_server(postgres_url, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    for role in ("app", "owner", "airflow"):
        run_on_server(postgres_url, f'DROP ROLE IF EXISTS "{name}_{role}"')


@pytest.fixture
def prepared(access: DatabaseAccess) -> DatabaseAccess:
    """The same after an initialisation."""
    prepare_server(access)
    grant_application(access)
    return access


@pytest.fixture
def application(prepared: DatabaseAccess) -> Iterator[Engine]:
    """The database as the running processes see it."""
    engine = make_engine(prepared.application)
    yield engine
    engine.dispose()


FORBIDDEN = [
    "ALTER TABLE credit_ledger DISABLE TRIGGER ALL",
    "ALTER TABLE credit_ledger DISABLE TRIGGER credit_ledger_append_only",
    "ALTER TABLE credit_ledger ADD COLUMN x int",
    "ALTER TABLE credit_balances OWNER TO current_user",
    "DROP TRIGGER credit_ledger_post ON credit_ledger",
    "DROP TABLE credit_ledger CASCADE",
    "DROP FUNCTION refuse_change() CASCADE",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER mine BEFORE INSERT ON credit_ledger FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "CREATE TEMPORARY TABLE credit_balances (account_id int, balance int, reserved int)",
    "TRUNCATE credit_ledger",
    "TRUNCATE run_events",
    "SET session_replication_role = replica",
    "ALTER ROLE current_user SUPERUSER",
    "ALTER ROLE current_user CREATEROLE",
    "CREATE ROLE mine",
    "CREATE DATABASE mine",
    "UPDATE alembic_version SET version_num = 'x'",
    "SELECT pg_read_file('/etc/passwd')",
    "COPY (SELECT 1) TO PROGRAM 'true'",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_application_cannot_walk_round_the_ledger(application: Engine, statement: str) -> None:
    with application.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        with pytest.raises(ProgrammingError) as refused:
            connection.execute(text(statement))
        assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


def test_the_application_cannot_become_the_owner_even_where_it_was_its_member(
    access: DatabaseAccess, postgres_url: str
) -> None:
    prepare_server(access)
    run_on_server(postgres_url, f'GRANT "{role_of(access.owner)}" TO "{role_of(access.application)}"')
    prepare_server(access)
    grant_application(access)
    with connect(access.application) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f'SET ROLE "{role_of(access.owner)}"')


def test_the_application_has_the_four_rights_on_rows_of_every_table_and_no_other(application: Engine) -> None:
    rights = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
    question = text(
        "SELECT right_ FROM unnest(CAST(:rights AS text[])) AS right_ WHERE has_table_privilege(:name, right_)"
    )
    with application.connect() as connection:
        for table in Base.metadata.tables:
            held = set(connection.scalars(question, {"rights": list(rights), "name": table}))
            assert held == set(rights[:4]), table


def test_a_later_migration_s_table_needs_nothing_by_hand(prepared: DatabaseAccess, application: Engine) -> None:
    with connect(prepared.owner) as connection:
        connection.execute("CREATE TABLE later (id bigserial PRIMARY KEY, name text)")
    with application.begin() as connection:
        connection.execute(text("INSERT INTO later (name) VALUES ('a')"))
        assert connection.scalar(text("DELETE FROM later RETURNING id")) == 1
    with application.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text("TRUNCATE later"))


def test_a_whole_run_works_as_the_application_and_its_books_balance(
    application: Engine, sandbox: SandboxServer, tmp_path: Path
) -> None:
    sessions: Sessions = session_factory(application, PLATFORM)
    with sessions.begin() as session:
        account = make_funded_account(session, 500)
        site = make_site(session, account)
        make_keywords(session, site, 8)
        account_id, slug = account.id, site.slug
    run = drive(tools_for(sessions, sandbox.base_url, tmp_path), slug)
    assert run.status is RunStatus.COMPLETED, run.stop_detail
    with sessions() as session:
        balance = balance_of(session, account_id)
        assert balance.ledger_sum == balance.balance < Credits.of(500)
        assert balance.reserved == Credits(0)


def test_the_ledger_s_triggers_hold_for_the_application(application: Engine) -> None:
    sessions = session_factory(application, PLATFORM)
    usage = Usage(Operation.CLUSTERING)
    with sessions.begin() as session:
        account_id = make_funded_account(session, 10).id
        settle(session, reserve(session, account_id, Credits.of(2), key="a", usage=usage), Credits(100), usage=usage)
    with application.connect() as connection, pytest.raises(Exception, match="append-only"):
        connection.execute(text("UPDATE credit_ledger SET amount = 1"))


def test_what_was_made_before_there_were_roles_is_given_to_the_owner_once(access: DatabaseAccess) -> None:
    prepare_server(access)
    grant_application(access)
    owner = role_of(access.owner)
    with connect(access.owner) as connection:
        assert connection.execute(OTHERS_OBJECTS, [owner]).fetchall() == []
        owners = "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        assert connection.execute(owners).fetchall() == [(owner,)]
        before = connection.execute("SELECT xmin, oid FROM pg_class WHERE relname = 'credit_ledger'").fetchall()
    engine = make_engine(access.owner)
    upgrade(engine)  # as the owner
    engine.dispose()
    prepare_server(access)
    with connect(access.owner) as connection:
        after = connection.execute("SELECT xmin, oid FROM pg_class WHERE relname = 'credit_ledger'").fetchall()
    assert after == before


def test_airflow_s_role_sees_nothing_of_the_product_and_the_product_s_nothing_of_airflow(
    prepared: DatabaseAccess,
) -> None:
    for url, foreign in ((prepared.metadata, prepared.application), (prepared.application, prepared.metadata)):
        name = foreign.rpartition("/")[2].partition("?")[0]
        with pytest.raises(DatabaseUnprepared, match="permission denied for database"), connect(url, database=name):
            pass


def test_a_password_that_was_changed_is_the_role_s_and_is_stored_as_scram(
    prepared: DatabaseAccess, postgres_url: str
) -> None:
    question = "SELECT rolpassword, rolsuper, rolcreaterole, rolbypassrls FROM pg_authid WHERE rolname = %s"
    name = role_of(prepared.application)
    with connect(postgres_url) as connection:
        before = connection.execute(question, [name]).fetchone()
        prepare_server(replace(prepared, application=prepared.application.replace(f"of-{name}", "another")))
        after = connection.execute(question, [name]).fetchone()
    assert before
    assert after
    assert after[0].startswith("SCRAM-SHA-256$")
    assert after[0] != before[0]
    assert after[1:] == (False, False, False)


def test_the_superuser_is_refused_as_a_role_of_the_product(access: DatabaseAccess, postgres_url: str) -> None:
    as_superuser = with_database(postgres_url, "somewhere")
    with pytest.raises(InvalidInput, match=r"somewhere is used as .*, the server's superuser: name a role of"):
        prepare_server(replace(access, metadata=as_superuser))


def test_a_role_that_nobody_made_is_one_sentence_with_what_to_do(access: DatabaseAccess) -> None:
    prepare_server(access)
    nobody = access.application.replace(role_of(access.application), "nobody_made_me")
    with pytest.raises(InvalidInput, match=r"no role nobody_made_me.*CREATE ROLE.*or set IGNY8_DATA"):
        grant_application(replace(access, application=nobody, superuser=""))


def test_one_role_for_everything_is_left_as_it_is(database_url: str) -> None:
    alone = DatabaseAccess(application=database_url, metadata="")
    assert not alone.is_split
    assert alone.migrating == database_url
    prepare_server(alone)
    grant_application(alone)


def test_databases_of_another_server_are_left_alone(access: DatabaseAccess, postgres_url: str) -> None:
    elsewhere = "postgresql+psycopg://someone:x@db.example:5433/igny8"
    prepare_server(replace(access, application=elsewhere, owner=""))
    with connect(postgres_url) as connection:
        assert connection.execute("SELECT FROM pg_roles WHERE rolname = 'someone'").rowcount == 0
        assert connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role_of(access.metadata)]).rowcount == 1
