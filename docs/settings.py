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
HEAD = """\
# Airflow's settings

What differs from Airflow's default, in the local stack and in containers. Made by `make docs` from
`igny8_lib/stack/airflow_settings.py`: change that, not this page. Times are seconds.

| `AIRFLOW__…` | local | containers | why |
|---|---|---|---|
"""


def page() -> str:
    """The table with its reasons."""
    return HEAD + "".join(map(row, SETTINGS))


def row(setting: AirflowSetting) -> str:
    """One line of the table."""
    return f"| `{setting.option}` | `{setting.local}` | `{setting.compose}` | {setting.why} |\n"


def compose_file(present: str) -> str:
    """The whole file with the settings written anew. SystemExit where the two marks are not there, once each."""
    if present.count(START) != 1 or present.count(END) != 1:
        raise SystemExit(f"docker-compose.yaml has lost its marks: {START.strip()} … {END.strip()}")
    head, _, rest = present.partition(START)
    return head + START + "".join(map(line, SETTINGS)) + END + rest.partition(END)[2]


def line(setting: AirflowSetting) -> str:
    """One variable in the file; a text that YAML would take for something else is quoted."""
    value = setting.compose
    text = value if yaml.safe_load(value) == value else f'"{value}"'
    return f"  {setting.variable}: {text}\n"


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
