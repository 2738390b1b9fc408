"""Overall scores as people sort articles by them: good, fair, poor, or never analysed."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement

from igny8_lib.models import Content

GOOD_FROM = 80
FAIR_FROM = 50


class Band(StrEnum):
    """How good an overall score is."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    NONE = "none"
    """The article was never analysed."""


def band_of(score: int | None) -> Band:
    """Where an overall score lies; None is that of an article which was never analysed."""
    if score is None:
        return Band.NONE
    if score >= GOOD_FROM:
        return Band.GOOD
    return Band.FAIR if score >= FAIR_FROM else Band.POOR


def in_band(band: Band) -> ColumnElement[bool]:
    """The condition on articles that lie there."""
    match band:
        case Band.GOOD:
            return Content.score >= GOOD_FROM
        case Band.FAIR:
            return Content.score.between(FAIR_FROM, GOOD_FROM - 1)
        case Band.POOR:
            return Content.score < FAIR_FROM
        case Band.NONE:
            return Content.score.is_(None)
