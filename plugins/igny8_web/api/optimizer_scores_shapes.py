"""Shapes of an article's analysis, and of the settings for it."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from igny8_lib.analysis.results import MOST_POINTS, Measure, Part
from igny8_lib.review.improvement_settings import Improvement
from igny8_web.api.shapes import Answer, Asked
from igny8_web.api.writer_shapes import ItemId

HUNDRED = Field(ge=0, le=100)


class TextPlace(Answer):
    """A place in the article's HTML, in characters (Unicode code points) from its start."""

    start: int
    end: int


class CheckFound(Answer):
    """One check of the analysis."""

    name: str
    part: Part
    points: int = Field(ge=0, le=MOST_POINTS, description="Up to 4 is bad, 5 to 7 middling, 8 and 9 good.")
    weight: int = Field(description="How much it counts within its part.")
    sentence: str = Field(description="What is so, and what would be well.")
    places: list[TextPlace]


class ArticleAnalysis(Answer):
    """How good an article is, 0 to 100 each, and why."""

    content_id: int
    text_version: int = Field(description="The version of the article that the places are of.")
    version: int = Field(description="Of the analysis: another one counts otherwise.")
    digest: str = Field(description="Of the HTML and the facts beside it.")
    language: str
    overall: int = HUNDRED
    seo: int = HUNDRED
    readability: int = HUNDRED
    engagement: int = HUNDRED
    mend_first: list[str] = Field(description="Names of checks, first what gains most.")
    checks: list[CheckFound]
    measures: dict[str, Measure] = Field(description="What was counted, by name.")
    not_measured: list[str] = Field(description="What the language or a missing fact does not let be measured.")


class Analyse(Asked):
    """Which article is to be analysed."""

    content_id: ItemId


class ImprovementConfig(Answer):
    """How a site's articles are scored, linked and optimized."""

    site: str
    version: int = Field(description="Send it back with a change: one made meanwhile is then not overwritten.")
    settings: Improvement


class ImprovementChange(Asked):
    """Settings to change; those that are left out stay."""

    version: int | None = Field(default=None, description="The version that the change was made from.")
    settings: dict[str, Any]
