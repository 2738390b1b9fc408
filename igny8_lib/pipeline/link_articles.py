"""Linking in a run: an article gets the links that fit, or is looked at for nothing, and goes on either way.

Links, their charge, the item's end and the article's next place are one transaction each: a process can die at any
time, and whatever was done is done once.
"""

from __future__ import annotations

import asyncio
from functools import partial

from sqlalchemy.orm import Session

from igny8_lib.ai.metered_call import Failure
from igny8_lib.errors import Conflict, LeaseLost, NotAllowed
from igny8_lib.linker.paying import Paying
from igny8_lib.linker.process import Linked, link
from igny8_lib.models import ContentStatus
from igny8_lib.pipeline import improving
from igny8_lib.pipeline.batch import Batch
from igny8_lib.pipeline.stages import LINK
from igny8_lib.pipeline.worklist import RequestItems

load = partial(improving.load, LINK)


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Link one article; in order, since each link counts for what the next article may link to."""
    batch.breaker.check()
    async with batch.order.turn(items.number):
        return await asyncio.to_thread(link_one, batch, items.ids[0])


def link_one(batch: Batch, content_id: int) -> Failure | None:
    """Put links in and let the article go on; what keeps the Linker from it leaves it to the next run."""
    try:
        with batch.tools.sessions.begin() as session:
            batch.fence(session)
            if improving.hold_waiting(session, batch, content_id):
                book(session, batch, content_id, put_links_in(session, batch, content_id))
    except LeaseLost:
        raise
    except (Conflict, NotAllowed) as error:
        failure = Failure(str(error), temporary=False)
        with batch.tools.sessions.begin() as session:
            batch.fence(session)
            batch.book_failed(session, [content_id], failure)
        return failure
    return None


def put_links_in(session: Session, batch: Batch, content_id: int) -> Linked:
    """What the Linker did, paid by the run at the price of its snapshot."""
    paying = Paying(
        price=batch.cost(1), fence=batch.fence, allow=batch.allow, run_id=batch.run_id, stage=batch.stage.number
    )
    model = batch.tools.endpoint.embedding_model or ""
    return link(session, batch.site_id, content_id, by=improving.BY, model=model, paying=paying)


def book(session: Session, batch: Batch, content_id: int, linked: Linked) -> None:
    """The end of the item, and the article's next place."""
    counts = {"links_placed": linked.links} if linked.links else {"nothing_to_link": 1}
    batch.book_done(session, [content_id], units=1, created=min(linked.links, 1), counts=counts)
    improving.pass_on(session, batch, content_id, ContentStatus.LINKED)
