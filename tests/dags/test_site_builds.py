"""What builds of websites take of Airflow: their number, where a website goes, and how their end ends the DAG run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import ModuleType

import pytest
from airflow.sdk.exceptions import AirflowFailException
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import BuildStatus, Site, SiteBuild
from igny8_lib.site_builder.building import closing
from igny8_lib.site_builder.building.opening import open_build
from igny8_lib.site_builder.deploying.settings import WebsiteSettings
from tests.dags.conftest import on_database
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.factories.websites import make_blueprint

BOATS = Site(id=1, slug="boats")
TARGET = "memory://bucket/boats"
CHOSEN = WebsiteSettings(target_url=TARGET, public_url="http://boats.example")


@pytest.fixture
def builds(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    with on_database("igny8_dags.connections", database_url, monkeypatch):
        from igny8_dags import site_builds  # noqa: PLC0415 - once Airflow's home is there

        yield site_builds


@pytest.mark.parametrize("conf", [None, {}, {"build_id": None}, {"build_id": "rose"}])
def test_a_dag_run_that_names_no_build_fails_and_says_how_builds_are_started(
    builds: ModuleType, conf: dict[str, object] | None
) -> None:
    for task in (builds.structure, builds.find_pages, builds.check, builds.deploy, builds.close):
        with pytest.raises(AirflowFailException, match="Start them in the product"):
            task(conf)


def test_a_target_of_its_own_is_opened_by_the_sites_connection_alone(
    builds: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvalidInput, match="no connection website_boats"):
        builds.deployer().places.place_of(BOATS, CHOSEN)
    told = {"conn_type": "generic", "extra": {"below": "memory://bucket/boats"}}
    monkeypatch.setenv("AIRFLOW_CONN_WEBSITE_BOATS", json.dumps(told))
    assert builds.deployer().places.place_of(BOATS, CHOSEN).base_url == "http://boats.example/"
    elsewhere = CHOSEN.model_copy(update={"target_url": "memory://bucket/others"})
    with pytest.raises(InvalidInput, match="opens memory://bucket/boats alone"):
        builds.deployer().places.place_of(BOATS, elsewhere)


def test_the_end_of_a_build_is_told_and_one_that_failed_fails_its_dag_run(session: Session, builds: ModuleType) -> None:
    site = make_site(session, make_funded_account(session))
    ids = []
    for status, error in ((BuildStatus.COMPLETED, None), (BuildStatus.FAILED, "The provider is away.")):
        build = open_build(session, make_blueprint(session, site), structure=True, by="ann")
        closing.end(session, build, status, error)
        ids.append(build.id)
    session.commit()
    done, failed = ids
    assert builds.find_pages({"build_id": done}) == []
    told = builds.close({"build_id": done})
    assert (told["build"], told["status"]) == (done, "completed")
    with pytest.raises(AirflowFailException, match="The provider is away"):
        builds.close({"build_id": failed})
    assert session.get_one(SiteBuild, failed).status is BuildStatus.FAILED
