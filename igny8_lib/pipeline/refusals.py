"""Items that the AI provider refused, each asked alone: no run asks for them again until people put them back.

Writing tasks and images have a status for that. Keywords, clusters and articles keep theirs, and the reason beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select, true, update
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import Cluster, Content, Keyword
from igny8_lib.pipeline.stages import Stage

COMMANDS: Mapping[int, str] = {1: "keywords", 2: "clusters", 5: "content"}
"""By stage whose items can be refused: the commands about them."""
MISSING_TOLD = 20

Refusable = type[Keyword] | type[Cluster] | type[Content]
ITEMS: Mapping[int, Refusable] = {1: Keyword, 2: Cluster, 5: Content}
"""By stage, the table of what it takes."""


def mark(session: Session, site_id: int, stage: Stage, reasons: Mapping[int, str]) -> None:
    """Keep on items (ids) why they were refused; on those only that still wait for the stage."""
    item = ITEMS[stage.number]
    for number in session.scalars(stage.waiting(site_id, list(reasons))).all():
        mine = (item.site_id == site_id, item.id == number)
        session.execute(update(item).where(*mine).values(refused_reason=reasons[number]))


def retry(session: Session, site_id: int, stage: Stage, ids: Sequence[int], *, everything: bool = False) -> list[int]:
    """Let runs ask again for refused items: for these, or for all that the stage was refused. Their ids, in order.

    Raises InvalidInput where neither or both are said, NotFound where one of the ids is no refused item of the site.
    """
    if bool(ids) == everything:
        raise InvalidInput(f"Name the {stage.takes} by their ids, or say --all.")
    item = ITEMS[stage.number]
    wanted = true() if everything else item.id.in_(ids)
    refused = (item.site_id == site_id, item.refused_reason.is_not(None), wanted)
    found = list(session.scalars(select(item.id).where(*refused).order_by(item.id).with_for_update()))
    if missing := sorted(set(ids) - set(found)):
        told = ", ".join(map(str, missing[:MISSING_TOLD])) + (" …" if len(missing) > MISSING_TOLD else "")
        raise NotFound(f"The site has no refused {stage.takes} with these ids: {told}. Nothing was changed.")
    session.execute(update(item).where(*refused).values(refused_reason=None))
    return found


def told(stage: Stage, number: int, reason: str) -> str:
    """Why a refused item cannot be chosen for a run, and how it can."""
    return f"was refused by the AI provider ({reason}); igny8 {COMMANDS[stage.number]} retry SITE {number} puts it back"
