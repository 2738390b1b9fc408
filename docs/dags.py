"""Write docs/DAGs.md from the docstrings of the DAG files: their runbooks. With --check, only say whether it is up to
date (exit code 1 where it is not)."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "DAGs.md"
HEAD = """\
# DAGs

One section per file in `dags/`. Made by `make docs` from the files' docstrings: change those, not this page.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(section(path) for path in sorted((ROOT / "dags").glob("*.py")))


def section(path: Path) -> str:
    """A file's name and its docstring."""
    text = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    if not text:
        raise SystemExit(f"{path.relative_to(ROOT)} has no docstring: write its runbook there.")
    return f"\n## {path.stem}\n\n{text}\n"


def main() -> None:
    """Write the page, or compare it."""
    if "--check" not in sys.argv:
        TARGET.write_text(page(), "utf-8")
    elif not TARGET.exists() or TARGET.read_text("utf-8") != page():
        raise SystemExit("docs/DAGs.md is out of date: run `make docs` and commit it.")


if __name__ == "__main__":
    main()
