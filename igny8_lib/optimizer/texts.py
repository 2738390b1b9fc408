"""What the Optimizer may change of an article: its text, and what search engines show of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from igny8_lib.text.html import sanitise


@dataclass(frozen=True)
class Texts:
    """The HTML below the title, by the policy of today, and title and description for search engines."""

    html: str
    meta_title: str = ""
    meta_description: str = ""

    def as_document(self) -> dict[str, Any]:
        """As `optimization_tasks` keeps it, and as columns of an article."""
        return asdict(self)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Texts:
        """The inverse of `as_document`."""
        return cls(sanitise(document["html"]), document["meta_title"], document["meta_description"])

    @classmethod
    def of_article(cls, article: Any) -> Texts:  # noqa: ANN401 - an article, a version of one, or an answer
        """What an article, one of its versions or an answer says."""
        return cls.of({name: getattr(article, name) for name in FIELDS})


FIELDS = ("html", "meta_title", "meta_description")
"""The columns of an article that it may change; title, address and keywords are people's."""
