"""Lists of keywords to be clustered, and what people or tools say belongs together.

The labels are taken off before the product sees a list: it would read a parent keyword.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from igny8_lib.planner.lines import Record
from igny8_lib.planner.recognition import open_export
from igny8_lib.text.normalisation import normalise
from tests.lib.planner.files import DEMO, REAL

LABELLED = Path(__file__).parent / "labelled_keywords.csv"
"""300 queries about six subjects, in 70 topics of 1 to 12, in no order. A topic is what one article answers; those that
share words ("bike chain cleaning", "bike chain replacement"; "espresso
grind size", "french press grind size"; "rose hip tea", "feeding roses") are what makes it hard. Written for this
project."""
AHREFS = REAL / "ahrefs_keywords_explorer_payday_loans.csv"
"""919 keywords about one subject, as the tool sorts them; 266 have a parent keyword, whose results answer them, too."""


@dataclass(frozen=True)
class KeywordList:
    """An export without its labels, and the labels."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Cells; the keyword's is the column `keyword`."""
    keyword: int
    labels: Mapping[str, str]
    """What belongs together has one label; by normalised keyword, of those that have one."""

    @property
    def keywords(self) -> list[str]:
        """The normalised keywords, each once, in the list's order."""
        return list(dict.fromkeys(normalise(row[self.keyword]) for row in self.rows))

    @property
    def by_label(self) -> list[str]:
        """The keywords with each label's together, those without one first."""
        return sorted(self.keywords, key=lambda keyword: self.labels.get(keyword, ""))

    def shuffle(self, seed: int) -> KeywordList:
        """The same list in another order, the same for the same seed."""
        random = Random(seed)  # noqa: S311 - the same order each time is what is wanted
        return replace(self, rows=tuple(random.sample(self.rows, len(self.rows))))

    def write(self, path: Path) -> Path:
        """The list as a table that the product imports."""
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([self.header, *self.rows])
        return path


def load(name: str, path: Path, label: str = "") -> KeywordList:
    """The list in a file with a row of headings; the column headed `label` becomes its labels.

    Raises InvalidInput for a file that is no export, ValueError where no column is headed so.
    """
    with open_export(path) as export:
        header, *rows = export.source.records(export.delimiter, above=export.header.line - 1 if export.header else 0)
        keyword = export.reader.keyword
    hidden = header.cells.index(label) if label else len(header.cells)
    labels = {normalise(row.cells[keyword]): row.cells[hidden] for row in rows if "".join(row.cells[hidden:][:1])}
    shown = tuple(without(row, hidden) for row in rows if not row.is_blank)
    return KeywordList(name, without(header, hidden), shown, keyword - (hidden < keyword), labels)


def without(row: Record, column: int) -> tuple[str, ...]:
    """The row's cells but for one column."""
    return row.cells[:column] + row.cells[column + 1 :]


def labelled() -> KeywordList:
    """The project's own list."""
    return load("labelled", LABELLED, "topic")


def ahrefs() -> KeywordList:
    """A real export; it is no part of the project, see `AHREFS`."""
    return load("ahrefs", AHREFS, "Parent Keyword")


def demo() -> KeywordList:
    """The demo site's queries; nobody says what belongs together."""
    return load("demo", DEMO)
