"""One site that cannot be built takes no other site's DAG away, and says itself what is wrong."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from airflow.sdk.exceptions import AirflowFailException
from sqlalchemy import update

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site
from igny8_lib.settings import load
from igny8_lib.sites.roster import RosterSite
from tests.factories.sites import make_site

ROOT = Path(__file__).parents[2]


@pytest.fixture
def site_dag(
    sessions: Sessions, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ModuleType]:
    """The module that builds DAGs, with a good site and one whose zone this machine does not know."""
    with sessions.begin() as session:
        make_site(session, slug="good", config={"is_enabled": True})
        make_site(session, slug="bad", config={"is_enabled": True})
        session.execute(update(Site).where(Site.slug == "bad").values(timezone="Mars/Olympus {odd}"))
    monkeypatch.setenv("IGNY8_DATABASE_URL", database_url)
    monkeypatch.setenv("IGNY8_HOME", str(tmp_path))
    for folder in ("dags", "plugins"):
        monkeypatch.syspath_prepend(str(ROOT / folder))
    load.cache_clear()
    connections = importlib.import_module("igny8_dags.connections")
    connections.sessions.cache_clear()
    yield importlib.import_module("igny8_dags.site_dag")
    connections.sessions().kw["bind"].dispose()
    connections.sessions.cache_clear()
    load.cache_clear()


def sites() -> dict[str, RosterSite]:
    """The sites that have a DAG, by slug."""
    return {site.slug: site for site in importlib.import_module("igny8_dags.roster").sites_to_build(None)}


def test_a_site_whose_schedule_cannot_be_used_keeps_its_dag_without_one_and_the_others_theirs(
    site_dag: ModuleType,
) -> None:
    good, bad = (site_dag.build(sites()[slug]) for slug in ("good", "bad"))
    assert good.schedule is not None
    assert "needs-attention" not in good.tags
    assert bad.schedule is None
    assert "needs-attention" in bad.tags
    assert "There is no time zone 'Mars/Olympus {odd}'" in bad.doc_md
    assert set(bad.task_ids) == set(good.task_ids), "it can be started by hand"


def test_a_site_that_cannot_be_built_at_all_has_a_dag_that_says_why(
    site_dag: ModuleType, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_: object) -> None:
        raise KeyError("something nobody thought of")

    monkeypatch.setattr(site_dag, "give_form", break_down)
    dag = site_dag.build(sites()["good"])
    assert dag.dag_id == "site__good"
    assert "something nobody thought of" in dag.doc_md
    assert "needs-attention" in dag.tags
    assert dag.schedule is None
    assert "cannot be built" in caplog.text
    with pytest.raises(AirflowFailException, match="nobody thought of"):
        dag.get_task("tell").python_callable()
