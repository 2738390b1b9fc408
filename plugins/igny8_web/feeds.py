"""A site's calendar for calendar programs, which cannot sign in: the key in the address is the whole permission.

Beside the health check the one answer without a login. It reads one site's dates and titles, changes nothing, and
tells of a wrong key only that there is nothing. Its sessions are made here, since nobody calls: one that finds the
site of the key, and one that sees that site alone.
"""

from __future__ import annotations

from igny8_product import product_engine
from starlette.requests import Request
from starlette.responses import Response

from igny8_lib.db.scope import PLATFORM, Scope
from igny8_lib.db.session import Sessions, session_factory
from igny8_lib.errors import NotFound
from igny8_lib.models import Site
from igny8_lib.publishing.feed import FeedSite, entries_of, site_of_key, write_feed
from igny8_lib.sites.rates import TooManyRequests, admit
from igny8_web.problems import of_database, of_product

MOST = 30
"""Readings of one feed a minute: programs ask once an hour, and several may."""
MOST_WRONG = 60
"""Wrong keys a minute, of all senders together; the right ones are let in all the same."""
HEADERS = {
    "Cache-Control": "private, max-age=300",
    "Content-Disposition": 'inline; filename="articles.ics"',
    "X-Robots-Tag": "noindex",
}


def feed(request: Request) -> Response:
    """The document, or 404 for a key that opens nothing, 429 for one too many."""
    try:
        return answer(request.path_params["key"])
    except (NotFound, TooManyRequests) as refused:
        return of_product(request, refused)
    except Exception as error:  # noqa: BLE001 - told as everywhere: nothing of it, and a number in the log
        return of_database(request, error)


def answer(key: str) -> Response:
    """The document of the site that the key opens. Raises NotFound, TooManyRequests."""
    platform = session_factory(product_engine(), PLATFORM)
    with platform() as session:
        found = site_of_key(session, key)
    count(platform, found)
    if found is None:
        raise NotFound("There is no calendar at this address. If it was renewed, copy the new one from the settings.")
    sessions = session_factory(product_engine(), Scope.of_sites(found.account_id, [found.id]))
    with sessions() as session:
        document = write_feed(session.get_one(Site, found.id), entries_of(session, found.id))
    return Response(document, media_type="text/calendar; charset=utf-8", headers=HEADERS)


def count(sessions: Sessions, found: FeedSite | None) -> None:
    """Count a reading of the site's feed, or a wrong key. Raises TooManyRequests."""
    with sessions.begin() as session:
        if found is None:
            admit(session, "nobody", "calendars with a wrong key", MOST_WRONG)
        else:
            admit(session, f"calendar {found.id}", "the calendar", MOST)
