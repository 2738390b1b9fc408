"""Linking an article of a batch: its links, their charge and its entry in one transaction."""

from __future__ import annotations

import time

from igny8_lib.batches.taking import Became, EndpointOf, Taken, book, still_waiting
from igny8_lib.db.session import Sessions
from igny8_lib.linker.process import link
from igny8_lib.linker.stored_model import stored_model
from igny8_lib.linker.targets import refresh_all
from igny8_lib.models import BatchItemStatus

READING_SECONDS = 10.0
"""So long a site's articles are read before others have their turn."""


def read_site(sessions: Sessions, site_id: int) -> bool:
    """Read what changed on the site since its articles were read last, so that links lead to what is public now; False
    where the time was too short for all of it."""
    began = time.monotonic()
    refresh_all(sessions, [site_id], seconds=READING_SECONDS)
    return time.monotonic() < began + READING_SECONDS


def link_article(sessions: Sessions, _endpoint_of: EndpointOf, taken: Taken) -> dict[int, Became]:
    """Put links into the article; whatever kills the worker, links, charge and entry are all there, or none of them."""
    with sessions.begin() as session:
        became, model = dict[int, Became](), stored_model(session, taken.site_id)
        for content_id in still_waiting(session, taken):
            linked = link(
                session,
                taken.site_id,
                content_id,
                by=taken.by,
                batch_id=taken.batch_id,
                model=model,
            )
            status = BatchItemStatus.DONE if linked.links else BatchItemStatus.SKIPPED
            became[content_id] = Became(status, linked.sentence, linked.credits)
        book(session, taken, became)
    return became
