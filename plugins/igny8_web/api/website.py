"""A site's connection to its WordPress: shown without its password, changed, checked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends

from igny8_lib.errors import Conflict, Igny8Error
from igny8_lib.models import Site
from igny8_lib.sites.access import Action
from igny8_lib.sites.naming import wordpress_connection
from igny8_lib.wordpress.connection import WordPressConnection
from igny8_web.api.website_shapes import ConnectionChecked, FindingFacts, WebsiteChange, WebsiteConnection
from igny8_web.doors import OnSite, SiteDoor
from igny8_web.rates import CHECKING, CONNECTING
from igny8_web.website_connections import (
    Connections,
    WebsiteConnections,
    connection_typed,
    findings_of,
    require_wordpress,
)

router = APIRouter(prefix="/publishing", tags=["publishing"])

Reading = Annotated[SiteDoor, Depends(OnSite(Action.READ))]
Managing = Annotated[SiteDoor, Depends(OnSite(Action.MANAGE))]


@router.get("/connection/")
def show_connection(door: Reading, connections: WebsiteConnections) -> WebsiteConnection:
    """Where the site's articles go, and as whom; never the password."""
    with door.begin() as (_, site):
        pass
    return connection_of(site, connections)


@router.put("/connection/", dependencies=[Depends(CONNECTING)])
def change_connection(
    door: Managing, wish: Annotated[WebsiteChange, Body()], connections: WebsiteConnections
) -> WebsiteConnection:
    """Connect the site with a WordPress, in the place of the one before. The password goes to Airflow, which encrypts
    it; it is kept nowhere else, so this write takes no Idempotency-Key: repeated, it does the same."""
    with door.begin() as (_, site):
        require_wordpress(site)
    typed = connection_typed(wish.url, wish.username, wish.password, lambda: connections.find(site.slug))
    connections.keep(site.slug, typed)
    return connection_of(site, connections)


@router.post("/connection_check/", dependencies=[Depends(CHECKING)])
def check_connection(door: Managing, connections: WebsiteConnections) -> ConnectionChecked:
    """Look at the connected website: address, REST API, sign-in, rights, search plug-in, zone, clock. Three requests;
    nothing is written there."""
    with door.begin() as (_, site):
        require_wordpress(site)
    connection = require_connection(site, connections)
    found = findings_of(connection, site.timezone)
    return ConnectionChecked(
        site=site.slug,
        url=connection.url,
        username=connection.username,
        works=all(finding.ok is not False for finding in found),
        findings=[FindingFacts.model_validate(finding) for finding in found],
    )


def require_connection(site: Site, connections: Connections) -> WordPressConnection:
    """The site's connection. Raises Conflict where it has none, or one that cannot be used."""
    try:
        found = connections.find(site.slug)
    except Igny8Error as error:
        raise Conflict(str(error)) from None
    if found is None:
        raise Conflict(f"Site {site.slug} is not connected with its WordPress yet: connect it first.")
    return found


def connection_of(site: Site, connections: Connections) -> WebsiteConnection:
    """What may be told of the site's connection."""
    found, problem = None, None
    try:
        found = connections.find(site.slug)
    except Igny8Error as error:
        problem = str(error)
    return WebsiteConnection(
        site=site.slug,
        hosting_type=site.hosting_type,
        connection=wordpress_connection(site.slug),
        is_connected=found is not None,
        url=found.url if found else None,
        username=found.username if found else None,
        problem=problem,
    )
