"""What builds of websites take of Airflow: the build of a DAG run, and what a worker brings along."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from airflow.sdk import ObjectStoragePath
from airflow.sdk.exceptions import AirflowFailException

from igny8_dags.connections import endpoint, places, sessions
from igny8_lib.models import BuildStatus
from igny8_lib.pipeline.media import Media, StoragePath
from igny8_lib.settings import load

if TYPE_CHECKING:
    from igny8_lib.site_builder.building.tools import Deployer, Tools


def build_of(conf: Mapping[str, Any] | None) -> int:
    """The build that a DAG run works on. Raises AirflowFailException where its conf names none."""
    try:
        return int((conf or {})["build_id"])
    except (KeyError, TypeError, ValueError):
        told = (
            'This DAG works on builds that people opened: its conf is {"build_id": NUMBER}. Start them in the product.'
        )
        raise AirflowFailException(told) from None


def tools() -> Tools:
    """What a step is worked with; what checks and deploys is made where it is needed."""
    from igny8_lib.site_builder.building.tools import Tools  # noqa: PLC0415 - asking the AI is slow to import

    return Tools(sessions(), endpoint, deployer)


def deployer() -> Deployer:
    """Who checks and deploys: to where the platform's settings say, or the site's own."""
    from igny8_lib.site_builder.building.deployer import SiteDeployer  # noqa: PLC0415 - rendering is slow to import

    media = Media(cast("StoragePath", ObjectStoragePath(load().media_root)))
    return SiteDeployer(sessions(), places(), media)


def structure(conf: Mapping[str, Any] | None) -> dict[str, Any]:
    """Plan the pages."""
    return step("structure", build_of(conf))


def find_pages(conf: Mapping[str, Any] | None) -> list[int]:
    """The steps of pages that are to be written."""
    from igny8_lib.site_builder.building import work  # noqa: PLC0415

    return work.find_pages(sessions(), build_of(conf))


def page(step_id: int) -> dict[str, Any]:
    """Write one page."""
    return step("page", step_id)


def check(conf: Mapping[str, Any] | None) -> dict[str, Any]:
    """Check the whole site."""
    return step("check", build_of(conf))


def deploy(conf: Mapping[str, Any] | None) -> dict[str, Any]:
    """Deploy it."""
    return step("deploy", build_of(conf))


def step(name: str, number: int) -> dict[str, Any]:
    """One step's work; how it stands then."""
    from igny8_lib.site_builder.building import work  # noqa: PLC0415

    do = partial(getattr(work, name), tools(), number)
    became: dict[str, Any] = do()
    return became


def close(conf: Mapping[str, Any] | None) -> dict[str, Any]:
    """End the build; how it ended. Raises AirflowFailException where it has failed: the DAG run says so, too."""
    from igny8_lib.site_builder.building import work  # noqa: PLC0415

    ended = work.close(sessions(), build_of(conf))
    if ended.status is BuildStatus.FAILED:
        raise AirflowFailException(ended.sentence)
    return {"build": ended.id, "status": ended.status.value, "sentence": ended.sentence}
