"""A small deployment on the tests' own PostgreSQL: two databases with roles of their own, pictures, a website."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from igny8_lib.backup.backing_up import Deployed, back_up
from igny8_lib.backup.deployments import places_of
from igny8_lib.backup.manifest import Manifest
from igny8_lib.backup.places import writer_at
from igny8_lib.backup.putting_back import FileRoots
from igny8_lib.backup.restoring import Target
from igny8_lib.db.migrate import upgrade
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.models import Image, ImageStatus
from igny8_lib.stack.database_roles import DatabaseAccess, database_of, grant_application, plain, prepare_server
from igny8_lib.stack.unfinished import Unfinished
from tests.conftest import run_on_server
from tests.factories.articles import make_article
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.lib.stack.test_database_roles import url_of
from tests.postgres_server import copy_of

PASSPHRASE = "a passphrase of tests"
PICTURE = b"a picture's bytes"
SECRETS = {"fernet_key": "old-key", "jwt_secret": "signs", "postgres_password": "of the old server"}


@dataclass
class Small:
    """A deployment without Airflow's processes; its Airflow database has a table of DAGs."""

    access: DatabaseAccess
    home: Path
    picture: str = ""
    secrets: dict[str, str] = field(default_factory=dict)
    initialised: int = 0

    @property
    def media(self) -> Path:
        return self.home / "media"

    @property
    def sites(self) -> Path:
        return self.home / "sites"

    @property
    def target(self) -> Target:
        return Target(
            databases=places_of(self.access),
            roots=FileRoots(str(self.media), self.sites),
            unfinished=Unfinished(self.home),
            check_secrets=lambda _: None,
            take_secrets=self.secrets.update,
            initialise=self.initialise,
        )

    @property
    def deployed(self) -> Deployed:
        return Deployed(self.access.application, self.access.metadata, str(self.media), self.sites, SECRETS)

    def initialise(self) -> dict[str, Any]:
        self.initialised += 1
        prepare_server(self.access)
        engine = make_engine(self.access.migrating)
        upgrade(engine)
        engine.dispose()
        grant_application(self.access)
        return {}

    def back_up(self, target: Path | str, *, passphrase: str = PASSPHRASE) -> Manifest:
        return back_up(self.deployed, writer_at(str(target)), lambda _: None, passphrase=passphrase)

    def execute(self, statement: str, *, database: str = "") -> list[tuple[Any, ...]]:
        url = plain(database or self.access.application)
        with psycopg.connect(url, autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []

    def sessions(self) -> Sessions:
        return session_factory(make_engine(self.access.application), PLATFORM)


def small_on(server: str, home: Path) -> Small:
    """One of which there are only names yet."""
    name = f"backup_{uuid.uuid4().hex[:8]}"
    access = DatabaseAccess(
        application=url_of(server, f"{name}_app", name),
        owner=url_of(server, f"{name}_owner", name),
        metadata=url_of(server, f"{name}_airflow", f"{name}_airflow"),
        superuser=server,
    )
    return Small(access, home)


def fill(small: Small) -> None:
    """An account with credits, an article with a picture, and a website whose second version is live."""
    sessions = small.sessions()
    with sessions.begin() as session:
        site = make_site(session, account=make_funded_account(session))
        article = make_article(session, site, pictures=1)
        image = session.scalars(select(Image).where(Image.content_id == article.id)).one()
        image.status, image.file = ImageStatus.GENERATED, "garden/1.png"
        small.picture = image.file
    sessions.kw["bind"].dispose()
    small.execute("CREATE TABLE dag (dag_id text, is_paused bool)", database=small.access.metadata)
    small.execute("INSERT INTO dag VALUES ('site__garden', false)", database=small.access.metadata)
    for name, data in {
        "media/garden/1.png": PICTURE,
        "sites/garden/v1/a.html": b"1",
        "sites/garden/v2/a.html": b"2",
    }.items():
        (small.home / name).parent.mkdir(parents=True, exist_ok=True)
        (small.home / name).write_bytes(data)
    (small.sites / "garden/current").symlink_to("v2")
    (small.sites / "garden/.lock").touch()


def remove(small: Small) -> None:
    """Its databases and roles."""
    name = database_of(small.access.owner)
    for database in (name, f"{name}_airflow"):
        for ending in ("", "_restoring", "_before_restore"):
            run_on_server(small.access.superuser, f'DROP DATABASE IF EXISTS "{database}{ending}" WITH (FORCE)')
    for role in ("app", "owner", "airflow"):
        run_on_server(small.access.superuser, f'DROP ROLE IF EXISTS "{name}_{role}"')


@pytest.fixture
def small(postgres_url: str, template_database: str, tmp_path: Path) -> Iterator[Small]:
    """One with data."""
    found = small_on(postgres_url, tmp_path / "old")
    run_on_server(postgres_url, copy_of(template_database, database_of(found.access.owner)))
    found.initialise()
    fill(found)
    yield found
    remove(found)


@pytest.fixture
def other(postgres_url: str, tmp_path: Path) -> Iterator[Small]:
    """A new machine: roles and empty databases."""
    found = small_on(postgres_url, tmp_path / "new")
    prepare_server(found.access)
    yield found
    remove(found)
