"""Categories and tags, by name."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any, Literal

from igny8_lib.errors import InvalidInput
from igny8_lib.wordpress import documents
from igny8_lib.wordpress.answers import Answer
from igny8_lib.wordpress.errors import Gone, Rejected
from igny8_lib.wordpress.routes import Routes

Taxonomy = Literal["categories", "tags"]
NAME_LENGTH = 200
"""Characters that WordPress keeps of a name."""


@dataclass(frozen=True)
class Term:
    """A category or a tag; its name as people write it."""

    id: int
    taxonomy: Taxonomy
    name: str
    slug: str
    parent: int
    """The category above; 0: none."""
    count: int
    """Posts that have it."""
    made: bool = False
    """Whether it was made by the call that answered it."""

    @classmethod
    def of(cls, taxonomy: Taxonomy, document: dict[str, Any], *, made: bool = False) -> Term:
        """From WordPress' JSON."""
        return cls(
            id=document["id"],
            taxonomy=taxonomy,
            name=documents.name(document.get("name")),
            slug=documents.words(document.get("slug")),
            parent=documents.number(document.get("parent")),
            count=documents.number(document.get("count")),
            made=made,
        )


class Terms:
    """The categories and tags of one website."""

    def __init__(self, routes: Routes) -> None:
        self._routes = routes

    def find(self, taxonomy: Taxonomy, name: str) -> Term | None:
        """The term with this name, in capitals or not; of several the one at the top, else the oldest."""
        wanted = same(name)
        found = [term for term in self._search(taxonomy, name) if same(term.name) == wanted]
        return min(found, key=lambda term: (term.parent > 0, term.id), default=None)

    def get(self, taxonomy: Taxonomy, term_id: int) -> Term | None:
        """The term with this number; None where there is none."""
        try:
            return Term.of(taxonomy, documents.object_of(self._routes.get(f"/wp/v2/{taxonomy}/{term_id}")))
        except Gone:
            return None

    def by_ids(self, taxonomy: Taxonomy, ids: list[int]) -> list[Term]:
        """The terms with these numbers, a hundred for each request; unknown ones are left out."""
        found: list[Term] = []
        for at in range(0, len(ids), 100):
            answer = self._routes.get(f"/wp/v2/{taxonomy}", include=ids[at : at + 100], per_page=100)
            found += [Term.of(taxonomy, document) for document in documents.objects(answer)]
        return found

    def ensure(self, taxonomy: Taxonomy, name: str) -> Term:
        """The term with this name, made where there is none. Asked twice it is made once.

        Raises Forbidden where the user may not make one (an author may make tags, no categories), InvalidInput for a
        name that is empty or longer than WordPress keeps.
        """
        name = " ".join(name.split())
        if not name or len(name) > NAME_LENGTH:
            raise InvalidInput(f"A category or tag needs a name of 1 to {NAME_LENGTH} characters, not {len(name)}.")
        return self.find(taxonomy, name) or self._make(taxonomy, name)

    def _make(self, taxonomy: Taxonomy, name: str) -> Term:
        """Make it, unless WordPress knows it after all: under a name that it takes for the same."""
        try:
            answer = self._routes.post(f"/wp/v2/{taxonomy}", {"name": name}, expected=201)
        except Rejected as error:
            known = self.get(taxonomy, error.term_id) if error.code == "term_exists" and error.term_id else None
            if known is None:
                raise
            return known
        return Term.of(taxonomy, documents.object_of(answer), made=True)

    def _search(self, taxonomy: Taxonomy, name: str) -> list[Term]:
        """Terms whose stored name contains this one; WordPress stores & as &amp; and compares what it stores."""
        found: list[Term] = []
        while True:
            answer = self._page(taxonomy, html.escape(name, quote=False), len(found) // 100 + 1)
            terms = [Term.of(taxonomy, document) for document in documents.objects(answer)]
            found += terms
            if len(terms) < 100:
                return found

    def _page(self, taxonomy: Taxonomy, search: str, page: int) -> Answer:
        return self._routes.get(f"/wp/v2/{taxonomy}", search=search, per_page=100, page=page, orderby="id", order="asc")


def same(name: str) -> str:
    """What two names have in common that WordPress takes for one."""
    return " ".join(html.unescape(name).split()).casefold()
