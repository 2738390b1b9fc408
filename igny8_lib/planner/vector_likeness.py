"""Likeness of pages by vectors of an embedding model: other words for the same searches.

A model sees that "car insurance cost" and "price of auto insurance" are one search, but hardly that "how to prune
roses" and "when to prune roses" are two. So vectors alone never skip an idea: at most they leave it to people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from igny8_lib.models import SearchIntent
from igny8_lib.planner.competition import Match, Page, PageKind
from igny8_lib.planner.likeness import DECIMALS
from igny8_lib.planner.vectors import background, spread

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from igny8_lib.planner.vectors import Rows

NEAR = 0.92
"""Likeness of vectors from which people are to look: the labelled pairs that do not compete stay below."""
UNSURE = 0.99
"""Share of the threshold that vectors never exceed."""
UNKNOWN = 0
TINY = 1e-6
"""Length of what has no direction: no division by zero."""


class VectorLikeness:
    """Pages alike by the vectors of their titles and main keywords."""

    def __init__(self, pages: Sequence[Page], rows: Rows, threshold: float) -> None:
        """`pages` are all there will be, `rows` their vectors in the same order; `threshold` is the site's own."""
        import numpy as np  # noqa: PLC0415 - in the tasks that compare pages only

        self._pages, self._rows, self._most = pages, rows, threshold * UNSURE
        self._places = {key(page): place for place, page in enumerate(pages)}
        self._background = background(rows)
        self._added = np.zeros(len(pages), dtype=bool)
        numbers = {intent: number for number, intent in enumerate(SearchIntent, start=1)}
        self._intents = np.array([numbers.get(page.intent, UNKNOWN) if page.intent else UNKNOWN for page in pages])

    def add(self, page: Page) -> None:
        """Hold the ideas to come against this page, too."""
        self._added[self._places[key(page)]] = True

    def nearest(self, page: Page) -> Match | None:
        """The page that is most alike, of equals the one that stands first; None where none is near."""
        place = self._places[key(page)]
        alike = self.likeness(place)
        alike[~self._added | self.differs(place) | self.is_overruled(page)] = 0
        best = int(alike.argmax())
        return Match(self._pages[best], self._most * float(alike[best]), "vectors") if alike[best] >= NEAR else None

    def likeness(self, place: int) -> Rows:
        """Of one page to all, 0 to 1."""
        import numpy as np  # noqa: PLC0415 - in the tasks that compare pages only

        return np.round(spread(self._rows @ self._rows[place], self._background), DECIMALS)

    def is_overruled(self, page: Page) -> NDArray[np.bool_]:
        """Which pages people did not think competing with this one."""
        import numpy as np  # noqa: PLC0415 - in the tasks that compare pages only

        if not page.overruled:
            return np.zeros(len(self._pages), dtype=bool)
        return np.array([not page.is_held_against(other) for other in self._pages])

    def differs(self, place: int) -> NDArray[np.bool_]:
        """Which pages people search for another reason, as far as both are known: they are two searches."""
        mine = self._intents[place]
        other: NDArray[np.bool_] = (self._intents != mine) & (self._intents != UNKNOWN) & (mine != UNKNOWN)
        return other


def key(page: Page) -> tuple[PageKind, int]:
    """What a page is known by."""
    return page.kind, page.id


def texts_of(pages: Sequence[Page]) -> list[str]:
    """The texts whose vectors are wanted: the titles of the pages, then their main keywords."""
    return [page.title for page in pages] + [page.keywords[0] if page.keywords else page.title for page in pages]


def rows_of(pages: Sequence[Page], look: Callable[[Sequence[str]], Rows | None]) -> Rows | None:
    """A vector for each page: the direction between its title's and its main keyword's; None where there are none.

    `look` gives the vectors of texts, as far as they are known.
    """
    import numpy as np  # noqa: PLC0415 - in the tasks that compare pages only

    found = look(texts_of(pages))
    if found is None:
        return None
    total = found[: len(pages)] + found[len(pages) :]
    lengths = np.sqrt((total * total).sum(axis=1, keepdims=True))
    unit: Rows = total / np.maximum(lengths, TINY)
    return unit
