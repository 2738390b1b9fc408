"""Websites built and deployed in this process: where its places and its media store are, as the settings say."""

from __future__ import annotations

import json
import os

from upath import UPath

from igny8_lib.ai.environment_connection import endpoint_of, read_fields
from igny8_lib.commands.database import open_sessions
from igny8_lib.errors import InvalidInput
from igny8_lib.pipeline.media import Media
from igny8_lib.settings import load
from igny8_lib.site_builder.building.deployer import SiteDeployer
from igny8_lib.site_builder.building.progress import Progress
from igny8_lib.site_builder.building.tools import Tools
from igny8_lib.site_builder.building.work import work_here
from igny8_lib.site_builder.deploying.places import Places
from igny8_lib.site_builder.deploying.target_urls import Access
from igny8_lib.sites.naming import website_connection, wordpress_connection
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.connection import WordPressConnection
from igny8_lib.wordpress.errors import NotConnected


def work(build_id: int) -> Progress:
    """Work the whole build; how it ended. Raises StepTaken where a worker of Airflow's is at it."""
    return work_here(Tools(open_sessions(), lambda: endpoint_of(load()), deployer), build_id)


def deployer() -> SiteDeployer:
    """Who checks and deploys in this process."""
    return SiteDeployer(open_sessions(), places(), media())


def places() -> Places:
    """Where websites are."""
    return Places.of(load(), open_sessions(), access_of, open_wordpress)


def open_wordpress(slug: str) -> WordPress:
    """The site's WordPress, signed in, where this process' environment holds its connection as JSON, as Airflow would
    read it: as AIRFLOW_CONN_WORDPRESS_<SLUG>. Raises NotConnected, InvalidInput, AddressRefused."""
    name = wordpress_connection(slug)
    text = os.environ.get(f"AIRFLOW_CONN_{name.upper()}", "").strip()
    if not text:
        raise NotConnected(slug)
    try:
        found = dict(json.loads(text))
    except (ValueError, TypeError):
        raise InvalidInput(f"Connection {name} is no JSON document: write it as one.") from None
    fields = {field: found.get(field) for field in ("host", "schema", "port", "login", "password", "extra")}
    return WordPress.of(WordPressConnection.from_airflow(**fields), load())


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
