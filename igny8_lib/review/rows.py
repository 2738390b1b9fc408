"""A row of a site by its number, read or locked."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import NotFound
from igny8_lib.models import Content, Image

Row = TypeVar("Row", Content, Image)


def find(session: Session, table: type[Row], site_id: int, row_id: int, what: str, *, lock: bool) -> Row:
    """The row; locked, it is as the database has it now. Raises NotFound, also for another site's."""
    query = select(table).where(table.site_id == site_id, table.id == row_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None:
        raise NotFound(f"The site has no {what} {row_id}.")
    return row
