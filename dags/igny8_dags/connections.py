"""The doors of the DAG files: the product database, Airflow's REST API, and what a stage's task brings along, each as
Airflow's connections name it, else (but for the API's user) as the settings do."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from airflow.sdk import Connection, ObjectStoragePath
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.errors import InvalidInput
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.media import Media, StoragePath
from igny8_lib.settings import load
from igny8_lib.sites.naming import website_connection, wordpress_connection

if TYPE_CHECKING:
    from igny8_lib.site_builder.deploying.places import Places
    from igny8_lib.site_builder.deploying.target_urls import Access
    from igny8_lib.wordpress.client import WordPress
    from igny8_lib.wordpress.connection import WordPressConnection

DATABASE = "igny8_postgres"
AIRFLOW = "igny8_airflow"
AI = "igny8_ai"


def connection(conn_id: str) -> Connection | None:
    """The connection of this name; None where there is none."""
    try:
        return Connection.get(conn_id)
    except (AirflowNotFoundException, AirflowRuntimeError):
        return None


@lru_cache(maxsize=1)
def sessions() -> Sessions:
    """Sessions of this process: by IGNY8_DATABASE_URL where it is set, else by the connection."""
    return session_factory(make_engine(load().database_url or Connection.get(DATABASE).get_uri()), PLATFORM)


def airflow_api() -> AirflowApi:
    """A client signed in by the first request, as the connection's user; no process of Airflow knows the admin.

    The connection's host is the API server's whole address, else the settings say it. Raises InvalidInput where there
    is no such connection.
    """
    known = connection(AIRFLOW)
    if known is None or not known.login:
        raise InvalidInput(
            f"Airflow has no connection {AIRFLOW} that names a user: run `igny8 init`, which makes both."
        )
    url = known.host or load().airflow_url
    return AirflowApi(url.rstrip("/"), known.login, known.password or "")


def tools() -> Tools:
    """What a stage's task brings along: database, AI endpoint and media store."""
    root = cast("StoragePath", ObjectStoragePath(load().media_root))
    return Tools(sessions=sessions(), endpoint=endpoint(), media=Media(root))


def endpoint() -> Endpoint:
    """The AI provider."""
    known = connection(AI)
    if known is None:
        return Endpoint.from_settings(load())
    return Endpoint.from_connection(
        load(),
        host=known.host,
        password=known.password,
        extra=known.extra,
        schema=known.schema,
        port=known.port,
    )


def wordpress(site_slug: str) -> WordPressConnection:
    """The site's website, as the connection wordpress_<slug> names it.

    Raises NotConnected where there is none, InvalidInput or AddressRefused where it cannot be used.
    """
    from igny8_lib.wordpress.connection import WordPressConnection  # noqa: PLC0415 - brings the HTTP client along
    from igny8_lib.wordpress.errors import NotConnected  # noqa: PLC0415

    known = connection(wordpress_connection(site_slug))
    if known is None:
        raise NotConnected(site_slug)
    return WordPressConnection.from_airflow(
        host=known.host,
        schema=known.schema,
        port=known.port,
        login=known.login,
        password=known.password,
        extra=known.extra,
    )


def places() -> Places:
    """Where websites are deployed to."""
    from igny8_lib.site_builder.deploying.places import Places  # noqa: PLC0415 - what renders sites takes its time

    return Places.of(load(), sessions(), website_access, open_wordpress)


def open_wordpress(site_slug: str) -> WordPress:
    """The site's WordPress, signed in; a context manager. Raises as `wordpress`."""
    from igny8_lib.wordpress.client import WordPress  # noqa: PLC0415

    return WordPress.of(wordpress(site_slug), load())


def website_access(site_slug: str) -> Access | None:
    """What the connection website_<slug> opens; None where there is none. Raises InvalidInput for an unusable one."""
    from igny8_lib.site_builder.deploying.target_urls import Access  # noqa: PLC0415

    known = connection(website_connection(site_slug))
    if known is None:
        return None
    return Access.from_extra(website_connection(site_slug), known.extra_dejson)
