"""What is written about rules is what they do."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from igny8_lib.models import RuleTrigger
from igny8_lib.rules.conditions import check_conditions, judge
from igny8_lib.rules.documents import MOST_CONDITIONS, Condition

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = (DOCS / "rules.md").read_text("utf-8")


def examples() -> list[Condition]:
    """The first JSON of the page."""
    (first, *_) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    return [Condition.model_validate(each) for each in json.loads(first)]


def test_the_tables_of_facts_are_up_to_date() -> None:
    command = [sys.executable, str(DOCS / "rules_facts.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=DOCS.parent, timeout=120)
    assert done.returncode == 0, done.stderr


def test_the_page_names_every_trigger_and_the_number_of_conditions() -> None:
    assert all(f"`{trigger.value}`" in PAGE for trigger in RuleTrigger)
    assert MOST_CONDITIONS == 20
    assert "up to twenty conditions" in PAGE


def test_the_page_s_example_is_refused_by_nobody_and_explained_as_it_says() -> None:
    conditions = examples()
    check_conditions(RuleTrigger.KEYWORD_ADDED, conditions)

    verdict = judge(RuleTrigger.KEYWORD_ADDED, conditions, {"volume": 80, "intent": None})

    told = ", ".join(f'"{reason}"' for reason in verdict.why_not)
    assert f"why_not=({told})" in PAGE
