"""Websites built and deployed in this process: where its places and its media store are, as the settings say."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

from upath import UPath

from igny8_lib.ai.environment_connection import endpoint_of, read_fields
from igny8_lib.commands.database import open_sessions
from igny8_lib.errors import InvalidInput
from igny8_lib.pipeline.media import Media
from igny8_lib.settings import load
from igny8_lib.site_builder.building.progress import Progress
from igny8_lib.site_builder.building.tools import Tools
from igny8_lib.site_builder.building.work import work_here
from igny8_lib.site_builder.deploying import checking, deploying
from igny8_lib.site_builder.deploying.checking import CheckReport
from igny8_lib.site_builder.deploying.places import Places
from igny8_lib.site_builder.deploying.records import Deployed
from igny8_lib.site_builder.deploying.target_urls import Access
from igny8_lib.sites.naming import website_connection


def work(build_id: int) -> Progress:
    """Work the whole build; how it ended. Raises StepTaken where a worker of Airflow's is at it."""
    return work_here(Tools(open_sessions(), lambda: endpoint_of(load()), Here), build_id)


@dataclass(frozen=True)
class Here:
    """Who checks and deploys for a build of this process."""

    def check(self, site_id: int, blueprint_id: int) -> CheckReport:
        """Check the whole site; changes nothing."""
        return checking.check(open_sessions(), places(), media(), site_id, blueprint_id)

    def deploy(self, site_id: int, blueprint_id: int, *, by: str, build_id: int) -> Deployed:
        """Deploy it."""
        return deploying.deploy(open_sessions(), places(), media(), site_id, blueprint_id, by=by, build_id=build_id)


def places() -> Places:
    """Where websites are."""
    return Places.of(load(), open_sessions(), access_of)


def media() -> Media:
    """The media store."""
    return Media(UPath(load().media_root))


def access_of(slug: str) -> Access | None:
    """What a site's connection opens, where this process' environment holds it, as Airflow would read it: as
    AIRFLOW_CONN_WEBSITE_<SLUG>. Raises InvalidInput for one that cannot be used."""
    name = website_connection(slug)
    text = os.environ.get(f"AIRFLOW_CONN_{name.upper()}", "").strip()
    if not text:
        return None
    extra = read_fields(text)["extra"] or {}
    try:
        found = json.loads(extra) if isinstance(extra, str) else extra
    except ValueError:
        raise InvalidInput(f"The extra of connection {name} is no JSON document: correct it.") from None
    return Access.from_extra(name, dict(found))
