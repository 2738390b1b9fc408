"""Write docs/DAGs.md from the docstrings of the DAG files, and from the page of a site's DAG: their runbooks. With
--check, only say whether it is up to date (exit code 1 where it is not)."""

from __future__ import annotations

import ast
import sys
from datetime import UTC, datetime, time
from pathlib import Path

from igny8_lib.models import Frequency, HostingType
from igny8_lib.sites.roster import RosterSite

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "dags"))
from igny8_dags.runbook import runbook  # noqa: E402 - the folder is on Airflow's path only

TARGET = ROOT / "docs" / "DAGs.md"
HEAD = """\
# DAGs

One section per file in `dags/`, and one for the DAGs of the sites. Made by `make docs` from the docstrings of the files
and of `dags/igny8_dags/site_dag.py`, and from `dags/igny8_dags/runbook.py`: change those, not this page.
"""
FAMILY = ROOT / "dags" / "igny8_dags" / "site_dag.py"
"""What makes many DAGs; each of them has its own page."""
SAMPLE = RosterSite(
    site_id=1,
    slug="harbour-lane",
    name="Harbour Lane",
    domain="www.harbour-lane.example",
    timezone="Europe/Berlin",
    language="en",
    hosting_type=HostingType.WORDPRESS,
    account_id=1,
    account_slug="agency",
    account_name="Agency",
    is_enabled=True,
    frequency=Frequency.DAILY,
    scheduled_time=time(2),
    weekday=0,
    day_of_month=1,
    schedule_window_minutes=0,
    schedule_since=datetime(2026, 1, 1, tzinfo=UTC),
)


def page() -> str:
    """The whole page."""
    platform = [section(path.stem, path) for path in (ROOT / "dags").glob("*.py")]
    return HEAD + "".join(sorted([*platform, section("site__SLUG", FAMILY) + f"\n{runbook(SAMPLE)}"]))


def section(name: str, path: Path) -> str:
    """A name, and the docstring of the file that makes the DAG."""
    text = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    if not text:
        raise SystemExit(f"{path.relative_to(ROOT)} has no docstring: write its runbook there.")
    return f"\n## {name}\n\n{text}\n"


def main() -> None:
    """Write the page, or compare it."""
    if "--check" not in sys.argv:
        TARGET.write_text(page(), "utf-8")
    elif not TARGET.exists() or TARGET.read_text("utf-8") != page():
        raise SystemExit("docs/DAGs.md is out of date: run `make docs` and commit it.")


if __name__ == "__main__":
    main()
