"""Periods of reports, and how whole days (UTC) and the parts of days at their ends make them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement


@dataclass(frozen=True)
class Period:
    """From `since` until before `until`; None is open."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, moment: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 - any mapped time
        """The conditions on a column."""
        bounds = []
        if self.since is not None:
            bounds.append(moment >= self.since)
        if self.until is not None:
            bounds.append(moment < self.until)
        return bounds

    def has_days(self, day: Any) -> list[ColumnElement[bool]] | None:  # noqa: ANN401 - any mapped date
        """The conditions on a column of days for those that it holds as a whole; None where it holds none."""
        first = None if self.since is None else midnight_after(self.since)
        last = None if self.until is None else midnight_of(self.until)
        if first is not None and last is not None and first > last:
            return None
        return Period(first and first.date(), last and last.date()).holds(day)  # type: ignore[arg-type]  # days, too

    def parts_of_days(self) -> list[Period]:
        """What it holds beside its whole days: a part of its first day, and of its last, or of one day."""
        first = None if self.since is None else midnight_after(self.since)
        last = None if self.until is None else midnight_of(self.until)
        if first is not None and last is not None and first > last:
            return [self]
        ends = [Period(self.since, first), Period(last, self.until)]
        return [end for end in ends if end.since is not None and end.until is not None and end.since < end.until]


ALWAYS = Period()


def midnight_of(moment: datetime) -> datetime:
    """The last midnight UTC, which may be the moment itself. A moment without a zone is UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime.combine(aware.astimezone(UTC).date(), time.min, UTC)


def midnight_after(moment: datetime) -> datetime:
    """The next midnight UTC, which may be the moment itself."""
    last = midnight_of(moment)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return last if last == aware else last + timedelta(days=1)
