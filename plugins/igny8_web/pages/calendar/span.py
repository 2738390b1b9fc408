"""Which days the calendar shows: a week, a month in whole weeks, or a month as a list; the address says which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from igny8_lib.publishing.agenda import monday, next_month

DAY = timedelta(days=1)
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9000, 1, 1)


class View(StrEnum):
    """How the days are shown."""

    MONTH = "month"
    WEEK = "week"
    LIST = "list"


VIEWS = ((View.WEEK, "Week"), (View.MONTH, "Month"), (View.LIST, "List"))


@dataclass(frozen=True)
class Span:
    """The days around one of them."""

    view: View
    day: date

    @property
    def first(self) -> date:
        """The first day that is shown."""
        if self.view is View.WEEK:
            return monday(self.day)
        begin = self.day.replace(day=1)
        return monday(begin) if self.view is View.MONTH else begin

    @property
    def last(self) -> date:
        """The last day that is shown."""
        if self.view is View.WEEK:
            return monday(self.day) + 6 * DAY
        end = next_month(self.day) - DAY
        return monday(end) + 6 * DAY if self.view is View.MONTH else end

    @property
    def before(self) -> date:
        """A day of the span before this one."""
        return monday(self.day) - 7 * DAY if self.view is View.WEEK else (self.day.replace(day=1) - DAY).replace(day=1)

    @property
    def after(self) -> date:
        """A day of the span after this one."""
        return monday(self.day) + 7 * DAY if self.view is View.WEEK else next_month(self.day)

    @property
    def title(self) -> str:
        """November 2026, or 23 to 29 November 2026."""
        if self.view is not View.WEEK:
            return f"{self.day:%B %Y}"
        start = f"{self.first.day}" if self.first.month == self.last.month else f"{self.first.day} {self.first:%B}"
        year = "" if self.first.year == self.last.year else f" {self.first.year}"
        return f"{start}{year} to {self.last.day} {self.last:%B %Y}"

    @property
    def unit(self) -> str:
        """What a step goes by."""
        return "week" if self.view is View.WEEK else "month"
