"""Which days a view of the calendar shows."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from igny8_web.pages.calendar.span import Span, View


@given(st.dates(date(1971, 1, 1), date(8999, 1, 1)), st.sampled_from(View))
def test_spans_hold_their_day_and_follow_each_other_without_a_gap(day: date, view: View) -> None:
    span = Span(view, day)
    assert span.first <= day <= span.last
    assert (span.last - span.first).days < 42
    later, earlier = Span(view, span.after), Span(view, span.before)
    assert later.first <= span.last + timedelta(days=1)
    assert earlier.last >= span.first - timedelta(days=1)
    assert later.day > day >= span.first or view is View.MONTH
    assert Span(view, later.before).first == span.first
    if view is not View.LIST:
        assert (span.first.weekday(), span.last.weekday()) == (0, 6)
