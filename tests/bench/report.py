"""What benchmarks print: a JSON line for each figure as soon as it is known, and a table at the end."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.table import Table


class Report:
    """Figures by name, in the order in which they were measured."""

    def __init__(self, title: str = "") -> None:
        self.title = title
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def add(self, name: str, **figures: Any) -> None:
        """Print one measurement as a JSON line and keep it for the table."""
        self.lines.append((name, figures))
        print(json.dumps({"bench": name, **figures}, default=str), flush=True)

    def show(self) -> None:
        """Print all measurements as a table."""
        table = Table(title=self.title or None, title_justify="left", header_style="bold")
        table.add_column("bench")
        table.add_column("figures")
        for name, figures in self.lines:
            table.add_row(name, "  ".join(f"{figure}={value}" for figure, value in figures.items()))
        Console(width=160).print(table)
