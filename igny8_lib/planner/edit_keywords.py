"""Change keywords by hand: edit one, disable, enable or delete several."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TypedDict

from sqlalchemy import ColumnElement, select, update
from sqlalchemy import delete as delete_rows
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import Keyword, KeywordStatus, SearchIntent
from igny8_lib.planner.by_hand import check_ids, hold_off, is_in_work, require_all
from igny8_lib.planner.formats.layout import CPC_LIMIT, RowReader
from igny8_lib.planner.importing import check_sector, ensure_sector
from igny8_lib.planner.numbers import LARGEST
from igny8_lib.planner.rows import KeywordRow, shorten

CLUSTERING = 1
"""The stage that takes keywords."""
CENT = Decimal("0.01")


class KeywordChanges(TypedDict, total=False):
    """What is to be changed of a keyword; what is left out stays, None makes a measure unknown."""

    text: str
    volume: int | None
    """Average monthly searches."""
    difficulty: Decimal | None
    """0 to 100."""
    cpc: Decimal | None
    """In the currency of the site's exports."""
    intent: SearchIntent | None
    sector: str | None
    """A label of the site, made where there is none of the name."""


def edit(session: Session, site_id: int, keyword_id: int, changes: KeywordChanges) -> Keyword:
    """Change one keyword; a refused one whose text is another now is asked for again.

    Raises NotFound; InvalidInput for what no keyword can be; Conflict for another text of a keyword that has a cluster
    or that a run is just clustering, and for a text that another keyword of the site has.
    """
    if not changes:
        raise InvalidInput("Say what to change: the text, volume, difficulty, cpc, intent or sector.")
    values = checked(changes)
    hold_off(session, site_id)
    query = select(Keyword).where(Keyword.site_id == site_id, Keyword.id == keyword_id)
    keyword = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if keyword is None:
        raise NotFound(f"The site has no keyword {keyword_id}.")
    if "text" in changes:
        rename(session, keyword, changes["text"])
    if "sector" in changes:
        label = check_sector(changes["sector"] or "")
        keyword.sector_id = ensure_sector(session, site_id, label) if label else None
    for name, value in values.items():
        setattr(keyword, name, value)
    session.flush()
    return keyword


def rename(session: Session, keyword: Keyword, text: str) -> None:
    """Give it another text, by the rules of imports. Raises InvalidInput, Conflict."""
    read = RowReader(0, in_table=False).read(1, (text,))
    if not isinstance(read, KeywordRow):
        raise InvalidInput(f"{shorten(text)!r} cannot be a keyword: {read.reason}.")
    if read.normalized != keyword.normalized:
        require_free(session, keyword, read)
        keyword.refused_reason = None
    keyword.text, keyword.normalized = read.text, read.normalized


def require_free(session: Session, keyword: Keyword, wanted: KeywordRow) -> None:
    """Raises Conflict where the keyword's text is settled, or another keyword has the wanted one."""
    if keyword.status == KeywordStatus.MAPPED:
        raise Conflict(
            f"Keyword {keyword.id} has a cluster, which was found by its text: take it out of its cluster first, or "
            "add the other text as a keyword of its own."
        )
    if is_in_work(session, keyword.site_id, CLUSTERING, keyword.id):
        raise Conflict(f"A run is just clustering keyword {keyword.id}: wait for the run's stage 1, then change it.")
    same = (Keyword.site_id == keyword.site_id, Keyword.normalized == wanted.normalized)
    if other := session.execute(select(Keyword.id, Keyword.text).where(*same)).one_or_none():
        raise Conflict(f"Keyword {other.id} of the site is {shorten(other.text)!r} already.")


def checked(changes: KeywordChanges) -> dict[str, object]:
    """The measures to change. Raises InvalidInput for one out of its bounds."""
    values: dict[str, object] = {name: changes[name] for name in ("intent",) if name in changes}
    if "volume" in changes:
        volume = changes["volume"]
        if volume is not None and not 0 <= volume < LARGEST:
            raise InvalidInput(f"A volume is 0 to {LARGEST - 1:,} searches a month, not {volume:,}.")
        values["volume"] = volume
    if "difficulty" in changes:
        values["difficulty"] = amount(changes["difficulty"], Decimal(100), "A difficulty")
    if "cpc" in changes:
        values["cpc"] = amount(changes["cpc"], CPC_LIMIT - 1, "A cost per click")
    return values


def amount(number: Decimal | None, most: Decimal, what: str) -> Decimal | None:
    """The number in hundredths. Raises InvalidInput for one below 0 or above `most`."""
    if number is None:
        return None
    if not number.is_finite() or not 0 <= number <= most:
        raise InvalidInput(f"{what} is 0 to {most:,}, not {number}.")
    return number.quantize(CENT, ROUND_HALF_UP)


def set_disabled(session: Session, site_id: int, ids: Sequence[int], *, disabled: bool) -> int:
    """Let no run take the keywords, or let runs take them again; how many this changed.

    One that a run is just clustering fails in it with the reason. Raises InvalidInput, NotFound.
    """
    lock(session, site_id, ids)
    changed = update(Keyword).where(*these(site_id, ids), Keyword.disabled.is_not(disabled)).values(disabled=disabled)
    return len(session.scalars(changed.returning(Keyword.id)).all())


def delete(session: Session, site_id: int, ids: Sequence[int]) -> int:
    """Delete the keywords, also out of clusters; how many. Clusters stay, and what came of them.

    One that a run is just clustering fails in it with the reason. Raises InvalidInput, NotFound.
    """
    lock(session, site_id, ids)
    return len(session.scalars(delete_rows(Keyword).where(*these(site_id, ids)).returning(Keyword.id)).all())


def lock(session: Session, site_id: int, ids: Sequence[int]) -> None:
    """Lock the keywords until the transaction ends. Raises InvalidInput, and NotFound for ids of other sites."""
    check_ids(ids, "keywords")
    hold_off(session, site_id)
    found = session.scalars(select(Keyword.id).where(*these(site_id, ids)).order_by(Keyword.id).with_for_update())
    require_all(ids, found.all(), "keywords")


def these(site_id: int, ids: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    """The condition of these keywords."""
    return (Keyword.site_id == site_id, Keyword.id.in_(ids))
