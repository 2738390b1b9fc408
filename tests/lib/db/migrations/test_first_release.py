"""A deployment of the first version that could be started, with data in it, is brought to the present one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, MetaData, Table, insert, select, text

from igny8_lib import clock
from igny8_lib.credits.ledger import balance_of
from igny8_lib.db.migrate import upgrade
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, session_factory
from igny8_lib.models import Account, Content, Image, Keyword, Site
from tests.lib.db.migrations.steps import database_at, revisions
from tests.lib.pipeline.invariants import assert_invariants

FIRST = "0008"
"""The schema of the first version with `make run` and containers."""
HTML = "<p>Cut above a bud. Use sharp tools.</p>"


def put(engine: Engine, table: Table, **values: object) -> int:
    with engine.begin() as connection:
        return int(connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())


SITE = {
    "name": "Garden",
    "slug": "garden",
    "domain": "garden.example",
    "timezone": "Europe/Berlin",
    "language": "en",
    "status": "active",
    "hosting_type": "custom",
    "brand": "",
}
TITLE = {"title": "Pruning roses"}
IDEA = TITLE | {
    "normalized": "pruning roses",
    "outline": [],
    "content_type": "guide",
    "target_keywords": ["prune roses"],
    "estimated_word_count": 800,
    "status": "completed",
}
TASK = {"brief": TITLE, "word_count_target": 800, "status": "completed"}
CONTENT = TITLE | {
    "slug": "pruning-roses",
    "html": HTML,
    "meta_title": "Pruning roses",
    "meta_description": "How.",
    "primary_keyword": "prune roses",
    "word_count": 7,
    "tags": [],
    "categories": [],
    "secondary_keywords": [],
    "status": "review",
    "site_status": "not_scheduled",
    "sync_status": "native",
    "sync_metadata": {},
    "internal_links": [],
    "linker_version": 0,
    "optimizer_version": 0,
    "optimization_scores": {},
    "source": "igny8",
}
IMAGE = {
    "kind": "featured",
    "position": 0,
    "prompt": "A rose",
    "alt_text": "A rose",
    "status": "generated",
    "file": "garden/1.png",
    "width": 64,
    "height": 64,
    "model": "m",
}
GRANT = {
    "entry_type": "grant",
    "amount": 10_000,
    "balance_after": 0,
    "idempotency_key": "start",
    "created_by": "an operator",
    "metadata": {},
}


def fill(engine: Engine) -> None:
    """One site with credits, a keyword that became an article with a picture, and one that waits."""
    # The engine refuses tenants' tables to sessions without a scope; these tables are reflected, not the library's.
    known = MetaData()
    known.reflect(engine)
    tables = known.tables
    account = put(engine, tables["accounts"], name="Garden", slug="garden", status="active")
    own = {"site_id": put(engine, tables["sites"], account_id=account, **SITE)}
    cluster = put(engine, tables["clusters"], **own, name="Roses", normalized="roses", description="", status="mapped")
    mapped: dict[str, object] = {"status": "mapped", "cluster_id": cluster}
    for phrase, facts in (("prune roses", mapped), ("water roses", {"status": "new"})):
        put(engine, tables["keywords"], **own, text=phrase, normalized=phrase, **facts)
    idea = put(engine, tables["content_ideas"], **own, cluster_id=cluster, **IDEA)
    task = put(engine, tables["tasks"], **own, idea_id=idea, cluster_id=cluster, **TASK)
    content = put(engine, tables["content"], **own, task_id=task, **CONTENT)
    put(engine, tables["images"], **own, content_id=content, **IMAGE)
    put(engine, tables["credit_ledger"], account_id=account, created_at=clock.now(), **GRANT)


@pytest.fixture(scope="module")
def upgraded(postgres_url: str) -> Iterator[Sessions]:
    """The first schema with data, at the present revision."""
    with database_at(postgres_url, FIRST) as engine:
        fill(engine)
        upgrade(engine)
        yield session_factory(engine, PLATFORM)


def test_what_the_first_version_held_is_there_and_keeps_the_invariants(upgraded: Sessions) -> None:
    with upgraded() as session:
        site = session.scalars(select(Site)).one()
        account = session.scalars(select(Account)).one()
        assert balance_of(session, account.id).available.as_number() == 100
        assert sorted(session.scalars(select(Keyword.text).where(Keyword.site_id == site.id))) == [
            "prune roses",
            "water roses",
        ]
        content = session.scalars(select(Content).where(Content.site_id == site.id)).one()
        assert (content.html, content.version, content.status.value) == (HTML, 1, "review")
        assert session.scalars(select(Image.file).where(Image.site_id == site.id)).one() == "garden/1.png"
    assert_invariants(upgraded)


def test_it_has_the_newest_revision(upgraded: Sessions) -> None:
    with upgraded.kw["bind"].connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == revisions()[-1]
