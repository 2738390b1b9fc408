"""Write Airflow's settings into docker-compose.yaml and docs/airflow_settings.md, from the one table in
igny8_lib/stack/airflow_settings.py. With --check, only say whether both are up to date
(exit code 1 where one is not)."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from igny8_lib.stack.airflow_settings import SETTINGS, AirflowSetting

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "airflow_settings.md"
COMPOSE = ROOT / "docker-compose.yaml"
START = "  # Written by `make docs` from igny8_lib/stack/airflow_settings.py, down to the next comment:\n"
END = "  # Addresses, folders and secrets:\n"
OWN_START = "      # Written by `make docs`, for {component} alone, down to the next comment:\n"
OWN_END = "      # This was all.\n"
HEAD = """\
# Airflow's settings

What differs from Airflow's default, in the local stack, in containers and in a cluster of plain processes.
Made by `make docs` from `igny8_lib/stack/airflow_settings.py`: change that, not this page. Times are seconds.

| `AIRFLOW__…` | local | containers and `make cluster` | why |
|---|---|---|---|
"""


def page() -> str:
    """The table with its reasons."""
    return HEAD + "".join(map(row, SETTINGS))


def row(setting: AirflowSetting) -> str:
    """One line of the table."""
    alone = f" ({setting.only} alone)" if setting.only else ""
    here = "" if setting.cluster is None else f"; `{setting.cluster}` on one machine"
    return f"| `{setting.option}`{alone} | `{setting.local}` | `{setting.compose}`{here} | {setting.why} |\n"


def compose_file(present: str) -> str:
    """The whole file with the settings written anew. SystemExit where marks are not there, once each."""
    text = between(present, START, END, lines("", indent=2))
    for component in sorted({setting.only for setting in SETTINGS if setting.only}):
        text = between(text, OWN_START.format(component=component), OWN_END, lines(component, indent=6))
    return text


def between(text: str, start: str, end: str, wanted: str) -> str:
    """The text with what stands between a mark and the next one replaced."""
    head, found, rest = text.partition(start)
    _, closed, tail = rest.partition(end)
    if not found or not closed or start in rest:
        raise SystemExit(f"docker-compose.yaml has lost its marks: {start.strip()} … {end.strip()}")
    return head + start + wanted + end + tail


def lines(component: str, *, indent: int) -> str:
    """The variables that one component alone has; with an empty name those of all."""
    return "".join(" " * indent + line(setting) for setting in SETTINGS if setting.only == component)


def line(setting: AirflowSetting) -> str:
    """One variable in the file; a text that YAML would take for something else is quoted."""
    value = setting.compose
    quote = "'" if '"' in value else '"'
    text = value if yaml.safe_load(value) == value else f"{quote}{value}{quote}"
    return f"{setting.variable}: {text}\n"


def main() -> None:
    """Write both files, or compare them."""
    wanted = {PAGE: page(), COMPOSE: compose_file(COMPOSE.read_text("utf-8"))}
    for path, text in wanted.items():
        if "--check" not in sys.argv:
            path.write_text(text, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            raise SystemExit(f"{path.relative_to(ROOT)} is out of date: run `make docs` and commit it.")


if __name__ == "__main__":
    main()
