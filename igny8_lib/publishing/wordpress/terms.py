"""An article's categories and tags in WordPress, by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from igny8_lib.publishing.target import Article
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.errors import Forbidden
from igny8_lib.wordpress.terms import same

MISSING = "missing"


def bring_terms(wordpress: WordPress, article: Article) -> dict[str, Any]:
    """The numbers by name, made where there are none; returns the step's trace.

    What the user may not make (an author makes tags, no categories) is left out, and named under "missing".
    """
    missing: list[str] = []
    categories = ensure(wordpress, "categories", article.categories, missing)
    tags = ensure(wordpress, "tags", article.tags, missing)
    return {"categories": categories, "tags": tags, MISSING: missing}


def ensure(
    wordpress: WordPress, taxonomy: Literal["categories", "tags"], names: Iterable[str], missing: list[str]
) -> dict[str, int]:
    """The numbers of one kind; sentences about those that could not be made go to `missing`."""
    found: dict[str, int] = {}
    once = {same(name): name for name in reversed([*names]) if name.strip()}
    for name in reversed(once.values()):
        try:
            found[name] = wordpress.terms.ensure(taxonomy, name).id
        except Forbidden as error:
            if not error.code:  # not WordPress itself: something before it refuses all requests
                raise
            kind = {"categories": "category", "tags": "tag"}[taxonomy]
            missing.append(
                f"The {kind} {name} is missing: this WordPress user may not make it. Make it in WordPress, or connect "
                "with an editor, then update the post."
            )
    return found
