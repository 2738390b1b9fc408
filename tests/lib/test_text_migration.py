"""Migration 0015: rows whose texts are compared otherwise now, and those that became the same."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from alembic.migration import MigrationContext
from alembic.operations import Operations
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

import igny8_lib
from igny8_lib.models import Cluster, Keyword
from igny8_lib.text.normalisation import normalise
from tests.factories.planner import make_cluster, make_keywords
from tests.factories.sites import make_site

FILE = Path(igny8_lib.__file__).parent / "db/migrations/versions/0015_one_comparison_of_texts.py"


def migration() -> ModuleType:
    spec = importlib.util.spec_from_file_location("migration_0015", FILE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(session: Session) -> None:
    session.flush()
    with Operations.context(MigrationContext.configure(session.connection())):
        migration().upgrade()
    session.expire_all()


def test_the_older_keyword_stays_and_takes_what_it_lacks(session: Session) -> None:
    site = make_site(session)
    older, newer, other = make_keywords(session, site, ["old", "men's lamp", "roof"])
    older.text, older.normalized, older.volume, newer.volume = "men\u2019s lamp", "men\u2019s lamp", None, 70
    run(session)
    kept = session.scalars(select(Keyword).where(Keyword.site_id == site.id).order_by(Keyword.id)).all()
    assert [(row.id, row.normalized, row.volume) for row in kept] == [
        (older.id, "men's lamp", 70),
        (other.id, "roof", 100),
    ]


def test_the_newer_cluster_is_marked_and_never_found_again(session: Session) -> None:
    site = make_site(session)
    older, newer = make_cluster(session, site, "Lamps \u2013 blue"), make_cluster(session, site, "Lamps - red")
    newer.name, newer.normalized, older.normalized = "Lamps - blue", "lamps - blue", "lamps \u2013 blue"
    run(session)
    found = session.scalars(select(Cluster).where(Cluster.normalized == normalise("Lamps - blue"))).all()
    assert [cluster.id for cluster in found] == [older.id]
    assert normalise(newer.normalized) != newer.normalized


@given(st.text(max_size=30))
def test_the_frozen_comparison_is_the_librarys(text: str) -> None:
    assert COPY.normalise(text) == normalise(text)


COPY = migration()
