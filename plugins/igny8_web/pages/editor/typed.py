"""An article as it is typed: each field a text, lists a line per entry."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from igny8_lib.models import Content
from igny8_lib.review.edit import MAX_HTML, ArticleChanges
from igny8_lib.review.versions import texts_of

LONGEST = 20_000
"""Characters of a field that is no article; what each may hold is less, and said in its error."""
HIGHEST_VERSION = 2**31 - 1
LISTS = frozenset({"secondary_keywords", "tags", "categories"})

Line = Annotated[str, Field(max_length=LONGEST)]
Number = Annotated[int, Field(ge=1, le=HIGHEST_VERSION)]


class Typed(BaseModel):
    """What the form holds; `version` is the one that was changed, `over` the newer one that is to be saved over."""

    version: Number
    over: Number | None = None
    then: Annotated[str, Field(max_length=20)] = ""
    title: Line = ""
    slug: Line = ""
    meta_title: Line = ""
    meta_description: Line = ""
    primary_keyword: Line = ""
    secondary_keywords: Line = ""
    tags: Line = ""
    categories: Line = ""
    html: Annotated[str, Field(max_length=MAX_HTML)] = ""

    @property
    def seen(self) -> int:
        """The newest version that who types knows of."""
        return self.over or self.version

    def changes_of(self, content: Content) -> ArticleChanges | None:
        """What differs from what the article says; None where nothing does. A field that nobody touched is left alone,
        whatever it holds."""
        typed = {name: value_of(name, getattr(self, name)) for name in FIELDS}
        texts = texts_of(content)
        changed = {name: value for name, value in typed.items() if value != texts[name]}
        return ArticleChanges(**changed) if changed else None


FIELDS = tuple(name for name in Typed.model_fields if name not in {"version", "over", "then"})


def typed_of(content: Content) -> Typed:
    """The form of an article as it is; its HTML by the policy of today, for an editor shows it within its page."""
    texts = texts_of(content)
    shown = {name: "\n".join(texts[name]) if name in LISTS else texts[name] for name in FIELDS}
    return Typed.model_construct(version=content.version, **shown)


def value_of(name: str, text: str) -> Any:  # noqa: ANN401 - a text or a list
    """A field's value; browsers send line ends as two characters."""
    plain = text.replace("\r\n", "\n")
    return [line.strip() for line in plain.splitlines() if line.strip()] if name in LISTS else plain
