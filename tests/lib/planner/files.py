"""Sample files, and reading one without a database."""

from __future__ import annotations

from pathlib import Path

from igny8_lib.planner.parsing import read_rows
from igny8_lib.planner.recognition import Export, ReadOptions, open_export
from igny8_lib.planner.rows import KeywordRow, Refusal

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "include" / "samples" / "keywords"
DEMO = ROOT / "include" / "demo" / "search_console.csv"
SHARED = next((above / "shared" for above in ROOT.parents if (above / "shared" / "cases").is_dir()), ROOT / "shared")
REAL = SHARED / "data" / "keywords"
"""Exports of real tools, which are not part of the project; tests that read them skip where they are absent."""


def read(path: Path, options: ReadOptions | None = None) -> tuple[Export, list[KeywordRow], list[Refusal]]:
    """How the file is recognised, its keywords and its refused rows."""
    with open_export(path, options) as export:
        rows = list(read_rows(export))
    keywords = [row for row in rows if isinstance(row, KeywordRow)]
    return export, keywords, [row for row in rows if isinstance(row, Refusal)]


def written(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    """A file with this content, under a name that says nothing."""
    path = folder / "export"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def texts(path: Path, options: ReadOptions | None = None) -> list[str]:
    """The keywords of a file."""
    return [row.text for row in read(path, options)[1]]
