"""Sample files, and reading one without a database."""

from __future__ import annotations

from pathlib import Path

from igny8_lib.planner.parsing import read_rows
from igny8_lib.planner.recognition import Export, recognise
from igny8_lib.planner.rows import KeywordRow, Refusal

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "include" / "samples" / "keywords"
DEMO = ROOT / "include" / "demo" / "search_console.csv"
REAL = ROOT.parent / "shared" / "data" / "keywords"
"""Exports of real tools, which are not part of the project; tests that read them skip where they are absent."""


def read(path: Path) -> tuple[Export, list[KeywordRow], list[Refusal]]:
    """How the file is recognised, its keywords and its refused rows."""
    export = recognise(path)
    rows = list(read_rows(path, export))
    keywords = [row for row in rows if isinstance(row, KeywordRow)]
    return export, keywords, [row for row in rows if isinstance(row, Refusal)]


def written(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    """A file with this content, under a name that says nothing."""
    path = folder / "export"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path
