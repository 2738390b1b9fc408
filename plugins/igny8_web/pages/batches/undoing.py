"""Taking the links of a whole batch out again, page after page, for as long as a request may take."""

from __future__ import annotations

import time

from igny8_lib.batches.listing import show_batch
from igny8_lib.linker.undo import Undone, undo
from igny8_web.doors import SiteDoor
from igny8_web.pages.words import plural

SECONDS = 20
"""After so long no new page is begun: asking again goes on."""


def undo_batch(door: SiteDoor, batch_id: int) -> Undone:
    """Take out what the batch put in, each page in a transaction of its own; `after` is None where nothing is left.

    Raises NotFound for a batch that the site does not have.
    """
    until, done, after = time.monotonic() + SECONDS, Undone(0, 0, [], None), 0
    while True:
        with door.begin() as (session, site):
            show_batch(session, site.id, batch_id)
            done += undo(session, site.id, by=door.caller.name, batch_id=batch_id, after=after)
        if done.after is None or time.monotonic() > until:
            return done
        after = done.after


def sentence(done: Undone) -> str:
    """What was taken out."""
    said = f"{plural(done.removed, 'link')} taken out of {plural(done.articles, 'article')}."
    return said if done.after is None else f"{said} More are left: take them out again to go on."
