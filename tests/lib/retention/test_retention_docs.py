"""docs/retention.md names every table, every setting with its numbers, and every part of Airflow's."""

from __future__ import annotations

import re
from pathlib import Path

from annotated_types import Ge

from igny8_lib.models import Base
from igny8_lib.retention.airflow_rows import AIRFLOW_PARTS
from igny8_lib.settings import Settings

PAGE = (Path(__file__).parents[3] / "docs" / "retention.md").read_text("utf-8")
NAMED = set(re.findall(r"`([a-z_]+)(?:\.[a-z_]+)?`", PAGE))


def test_every_table_is_named() -> None:
    assert {table.name for table in Base.metadata.sorted_tables} <= NAMED


def test_every_part_of_airflows_is_named() -> None:
    assert set(AIRFLOW_PARTS) <= NAMED


def test_every_age_stands_there_with_its_default_and_its_least() -> None:
    fields = {name: field for name, field in Settings.model_fields.items() if name.startswith("keep_")}
    for name, field in fields.items():
        least = next(each.ge for each in field.metadata if isinstance(each, Ge))
        assert f"| `IGNY8_{name.upper()}` | {field.default} | {least} |" in PAGE
    assert len(fields) == 5
