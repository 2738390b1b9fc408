"""Where websites are, as the API server reaches them: the places that the DAGs deploy to."""

from __future__ import annotations

from typing import Annotated

from airflow.exceptions import AirflowNotFoundException
from airflow.models.connection import Connection
from fastapi import Depends

from igny8_lib.settings import load
from igny8_lib.site_builder.deploying.places import Places
from igny8_lib.site_builder.deploying.target_urls import Access
from igny8_lib.sites.naming import website_connection
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.errors import NotConnected
from igny8_web.caller import SignedIn
from igny8_web.website_connections import ConnectionsInProcess


def access_of(slug: str) -> Access | None:
    """What the site's connection opens, found as tasks find it; None where it has none. Raises InvalidInput for one
    that cannot be used."""
    name = website_connection(slug)
    try:
        known = Connection.get_connection_from_secrets(name)
    except AirflowNotFoundException:
        return None
    return Access.from_extra(name, known.extra_dejson)


def places_of(caller: SignedIn) -> Places:
    """The dependency of whatever looks at what is deployed, or changes it."""
    return Places.of(load(), caller.sessions, access_of, open_wordpress)


def open_wordpress(slug: str) -> WordPress:
    """The site's WordPress, signed in; a context manager. Raises NotConnected, and as `ConnectionsInProcess.find`."""
    known = ConnectionsInProcess().find(slug)
    if known is None:
        raise NotConnected(slug)
    return WordPress.of(known, load())


WebsitePlaces = Annotated[Places, Depends(places_of)]
