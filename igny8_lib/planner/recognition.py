"""Which format a file has, told by its content: known headings first, then the shape of the table, then a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import islice
from pathlib import Path
from statistics import median

from igny8_lib.errors import InvalidInput
from igny8_lib.planner.formats import (
    ahrefs_keywords_explorer,
    ahrefs_site_explorer,
    answer_the_public,
    google_ads,
    google_keyword_planner,
    own_export,
    plain_list,
    search_console,
    semrush_keyword_magic,
    semrush_organic_positions,
    table,
)
from igny8_lib.planner.formats.layout import ExportFormat, Header, RowReader
from igny8_lib.planner.lines import Record
from igny8_lib.planner.naming import NamedColumns, name_columns
from igny8_lib.planner.rows import shorten
from igny8_lib.planner.shape import Block, are_names, find_block, keyword_columns, looks_like_rows
from igny8_lib.planner.sources import Source, TextSource
from igny8_lib.planner.unpack import open_sources
from igny8_lib.text.normalisation import normalise, refusal_reason

FORMATS: tuple[ExportFormat, ...] = (
    own_export.FORMAT,
    google_keyword_planner.FORMAT,
    google_ads.FORMAT,
    search_console.FORMAT,
    ahrefs_keywords_explorer.FORMAT,
    ahrefs_site_explorer.FORMAT,
    semrush_keyword_magic.FORMAT,
    semrush_organic_positions.FORMAT,
    answer_the_public.FORMAT,
)
"""The most particular first; `table` comes after the shape of Search Console, which would lose its figures to it."""

HEADER_WITHIN = 20
"""Rows: headings stand at the top, after a preamble of a few lines at most."""

MARKUP = ("<", "{", '["', "[{")
"""Beginnings of HTML, XML and JSON; a lone bracket begins an exact-match keyword."""
PROSE_WORDS = 10
"""A file whose middle line has more words is a text: long questions are rare in a list of keywords."""

BY_HAND = "name the column of keywords (--keyword-column)"


class Certainty(IntEnum):
    """How sure it is what a table holds: of several in one file the surest is taken."""

    LIST = 0
    SHAPE = 1
    """One column of texts under a heading that is in no list."""
    SEARCH_CONSOLE_SHAPE = 2
    """Search Console's columns under headings that are in no list."""
    HEADING = 3
    """A heading that means keyword."""
    TOOL = 4
    """The headings of a tool, or a column that people named."""


@dataclass(frozen=True, slots=True)
class Export:
    """A recognised table or list: how to read it."""

    format: str
    source: Source
    reader: RowReader
    delimiter: str | None
    header: Record | None
    """The row of headings; what stands above it is a preamble."""
    width: int
    """Columns of the table."""
    certainty: Certainty
    preamble: int = 0
    """Lines above the first row of a table without headings."""
    left_out: tuple[str, ...] = ()
    """Other tables of the same file."""

    @property
    def above(self) -> int:
        """Lines above the headings, or above the first row where there are none."""
        return self.header.line - 1 if self.header else self.preamble

    @property
    def told_by_shape(self) -> bool:
        """Whether no heading says which column holds the keywords."""
        return self.certainty in {Certainty.SHAPE, Certainty.SEARCH_CONSOLE_SHAPE}

    @property
    def encoding(self) -> str:
        """How its text is encoded; `xlsx` for a sheet."""
        return self.source.encoding


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What people know better than the file; each empty where the file is to tell it itself."""

    encoding: str = ""
    """A codec of Python, for text that is not UTF-8 or UTF-16."""
    language: str = ""
    """The site's language: a hint where the letters could be those of several code pages."""
    columns: NamedColumns | None = None
    table: str = ""
    """Part of the name of the sheet, or of the file in an archive."""


@contextmanager
def open_export(path: Path, options: ReadOptions | None = None) -> Iterator[Export]:
    """The recognised table or list of a file, to be read before the context ends.

    Raises InvalidInput for a file that is missing, empty, binary, undecodable or damaged, for a table whose keywords
    cannot be told, and for what is neither a table nor a list.
    """
    given = options or ReadOptions()
    with open_sources(path, encoding=given.encoding, language=given.language) as sources:
        yield choose(sources, given, shorten(path.name))


def choose(sources: Sequence[Source], options: ReadOptions, name: str) -> Export:
    """The table with the keywords: the surest one, and of several the first."""
    wanted = [source for source in sources if normalise(options.table) in normalise(source.name)]
    if not wanted:
        raise InvalidInput(f"{name} has no table {options.table[:80]!r}: it has {shorten_names(sources)}.")
    found: list[Export] = []
    refusals: list[InvalidInput] = []
    for source in wanted:
        try:
            found.append(recognise(source, options.columns))
        except InvalidInput as refusal:
            refusals.append(refusal)
    if not found:
        raise refusals[0] if len(refusals) == 1 else InvalidInput(no_table(name, sources, refusals))
    best = max(found, key=lambda export: export.certainty)
    others = tuple(source.name for source in sources if source is not best.source)
    return replace(best, left_out=others)


def no_table(name: str, sources: Sequence[Source], refusals: Sequence[InvalidInput]) -> str:
    """The sentence for an archive or a workbook without keywords."""
    return f"No table of {name} holds keywords ({shorten_names(sources)}). The first: {refusals[0]}"


def shorten_names(sources: Sequence[Source]) -> str:
    """The names of a few tables."""
    return ", ".join(source.name for source in sources[:5]) + (" and more" if len(sources) > 5 else "")


def recognise(source: Source, named: NamedColumns | None = None) -> Export:
    """Tell how to read a table or a list. Raises InvalidInput where that cannot be told."""
    samples = [(delimiter, source.sample(delimiter)) for delimiter in source.delimiters]
    if named and named.keyword:
        return recognise_named(source, samples, named)
    found = recognise_headings(source, samples)
    if found is None:
        check_samples(source, samples)
        found = next((export for way in WAYS if (export := way(source, samples)) is not None), None)
    return apply_names(found or recognise_list(source, samples), named)


def check_samples(source: Source, samples: Samples) -> None:
    """Raise InvalidInput for markup, and for a quote left open among the first rows of what begins like a table."""
    first = next(iter(source.sample(None)), None)
    if first is not None and first.cells[0].startswith(MARKUP):
        raise InvalidInput(f"{source.name} is no keyword list: it begins with {first.cells[0][:40]!r}.")
    for delimiter, rows in samples:
        fault = source.faults.get(delimiter)
        if fault is not None and rows and len(rows[0].cells) > 1:
            raise fault


Samples = Sequence[tuple[str | None, Sequence[Record]]]


def recognise_headings(source: Source, samples: Samples) -> Export | None:
    """The export whose headings stand among the first rows, whatever their delimiter."""
    for export_format in FORMATS:
        for delimiter, rows in samples:
            for row in islice(rows, HEADER_WITHIN):
                if reader := export_format.reader(Header(row.cells)):
                    return Export(export_format.name, source, reader, delimiter, row, len(row.cells), Certainty.TOOL)
    return None


def recognise_any_table(source: Source, samples: Samples) -> Export | None:
    """Any table that calls a column keyword; below the first row only where it knows a second heading, too."""
    for delimiter, rows in samples:
        for row in islice(rows, HEADER_WITHIN):
            header = Header(row.cells)
            reader = table.reader(header)
            if reader and (row is rows[0] or reader.measures or is_block_header(row, rows)):
                return Export(table.FORMAT.name, source, reader, delimiter, row, len(row.cells), Certainty.HEADING)
    return None


def is_block_header(row: Record, rows: Sequence[Record]) -> bool:
    """Whether the row begins a table of rows that are as wide."""
    block = find_block(rows)
    return block is not None and block.header is row


def recognise_search_console(source: Source, samples: Samples) -> Export | None:
    """Search Console in a language whose headings are not known."""
    for delimiter, block in blocks(samples):
        reader = search_console.by_shape(block.kinds(), block.cells())
        if reader and not are_names(block.column(0)) and 0 in keyword_columns(block, block.kinds()):
            return of_block(source, delimiter, block, reader, Certainty.SEARCH_CONSOLE_SHAPE)
    return None


def recognise_shape(source: Source, samples: Samples) -> Export | None:
    """Any table with one column of texts. Raises InvalidInput for a table with none or several of them."""
    for delimiter, block in blocks(samples):
        kinds = block.kinds()
        columns = keyword_columns(block, kinds)
        if len(columns) != 1 or (search_console.by_shape(kinds, block.cells()) and are_names(block.column(0))):
            raise InvalidInput(no_keywords(source, block, len(columns)))
        reader = table.reader_of(Header(block.header.cells if block.header else ()), columns[0])
        return of_block(source, delimiter, block, reader, Certainty.SHAPE)
    return None


def of_block(source: Source, delimiter: str | None, block: Block, reader: RowReader, certainty: Certainty) -> Export:
    """The export of a table without known headings."""
    told = search_console if certainty is Certainty.SEARCH_CONSOLE_SHAPE else table
    return Export(told.FORMAT.name, source, reader, delimiter, block.header, block.width, certainty, block.preamble)


def no_keywords(source: Source, block: Block, candidates: int) -> str:
    """The sentence for a table whose column of keywords cannot be told."""
    first = block.header or block.rows[0]
    headings = ", ".join(text.strip() for text in first.cells)[:200]
    why = "several hold texts" if candidates > 1 else "no other holds what looks like keywords"
    return (
        f"{source.name} is a table of {block.width} columns, but none is headed Keyword, Query or the like, and {why}: "
        f"{BY_HAND}. Its first row is: {headings}"
    )


def blocks(samples: Samples) -> Iterator[tuple[str | None, Block]]:
    """The table that the rows make with each delimiter, the widest first."""
    found = [(delimiter, block) for delimiter, rows in samples if (block := find_block(rows))]
    yield from sorted(found, key=lambda each: -each[1].width)


WAYS: tuple[Callable[[Source, Samples], Export | None], ...] = (
    recognise_search_console,
    recognise_any_table,
    recognise_shape,
)
"""What is tried where no format's headings are found, from the surest to the least sure."""


def recognise_list(source: Source, samples: Samples) -> Export:
    """A plain list. Raises InvalidInput for what is none."""
    rows = source.sample(None)
    check_is_list(source, rows, samples)
    header = rows[0] if plain_list.is_heading(rows[0].cells[0]) else None
    reader = plain_list.reader_of([row.cells[0] for row in rows])
    return Export(plain_list.NAME, source, reader, None, header, 1, Certainty.LIST)


def check_is_list(source: Source, rows: Sequence[Record], samples: Samples) -> None:
    """Raises InvalidInput for uneven tables, prose and lines of which hardly one could be a keyword."""
    name = source.name
    if not rows:
        raise InvalidInput(f"{name} holds no keyword in its first lines.")
    texts = [row.cells[0].strip() for row in rows]
    if any(looks_like_rows(sample) for _, sample in samples):
        raise InvalidInput(
            f"{name} looks like a table, but its rows are uneven and none is headed Keyword, Query or the like: "
            f"{BY_HAND}. It begins with: {shorten(texts[0])}"
        )
    if any(looks_like_rows(plain_list.split(rows, sign)) for sign in TextSource.delimiters if sign):
        raise InvalidInput(
            f"{name} has a table in one column, a row in each cell: save it with its cells apart. It begins with: "
            f"{shorten(texts[0])}"
        )
    if median(len(text.split()) for text in texts) > PROSE_WORDS:
        raise InvalidInput(f"{name} is no keyword list: it reads like prose, beginning with {texts[0][:40]!r}.")
    reasons = [refusal_reason(text) for text in texts]
    if reasons.count(None) * 10 < len(texts):
        raise InvalidInput(f"{name} is no keyword list: line after line has {next(filter(None, reasons))}.")


def recognise_named(source: Source, samples: Samples, named: NamedColumns) -> Export:
    """The table whose column of keywords people named, with the headings in which it stands, or by its number."""
    for delimiter, rows in samples:
        for row in islice(rows, HEADER_WITHIN):
            column = Header(row.cells).find(normalise(named.keyword))
            if column is not None:
                reader = table.reader_of(Header(row.cells), column)
                found = Export(table.FORMAT.name, source, reader, delimiter, row, len(row.cells), Certainty.TOOL)
                return apply_names(found, named)
    for delimiter, block in blocks(samples):
        if named.keyword.isdecimal() and 1 <= int(named.keyword) <= block.width:
            header = Header(block.header.cells if block.header else ())
            reader = table.reader_of(header, int(named.keyword) - 1)
            found = of_block(source, delimiter, block, reader, Certainty.TOOL)
            return apply_names(found, named)
    raise InvalidInput(f"{source.name} has no column {named.keyword[:80]!r}{first_row(samples)}.")


def first_row(samples: Samples) -> str:
    """What a sentence says of the widest first row."""
    rows = [rows[0] for _, rows in samples if rows]
    widest = max(rows, key=lambda row: len(row.cells), default=None)
    return f": its first row is {shorten(', '.join(widest.cells))}" if widest else ""


def apply_names(export: Export, named: NamedColumns | None) -> Export:
    """The export with the measures that people named the columns of."""
    if named is None:
        return export
    reader = name_columns(export.reader, named, export.header, export.width, export.source.name)
    return replace(export, reader=reader)
