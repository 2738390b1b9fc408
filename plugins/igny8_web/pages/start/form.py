"""The form as browsers send it: texts, and nothing for what was left empty."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from igny8_lib.errors import InvalidInput
from igny8_web.pages.held_back import CREDIT_LIMIT, FIELDS, LABELS

Typed = Annotated[str, Field(max_length=20)]


class StartForm(BaseModel):
    """What a run may take, where it differs from the site's settings."""

    stages: list[Annotated[int, Field(ge=1, le=7)]] = Field(default_factory=list, max_length=7)
    max_keywords_per_run: Typed = ""
    max_clusters_per_run: Typed = ""
    max_ideas_per_run: Typed = ""
    max_tasks_per_run: Typed = ""
    max_content_per_run: Typed = ""
    max_images_per_run: Typed = ""
    max_approvals_per_run: Typed = ""
    max_credits_per_run: Typed = ""
    dry_run: bool = False
    ticket: Annotated[str, Field(max_length=40)] = ""
    """Of one filling in: sent twice it starts one run."""

    def conf(self) -> dict[str, Any]:
        """The run's options. Raises InvalidInput for what is no number, and where no stage is chosen."""
        if not self.stages:
            raise InvalidInput("Choose at least one stage: a run without any would do nothing.")
        limits = {name: number_of(name, getattr(self, name)) for name in FIELDS if getattr(self, name).strip()}
        return {"stages": self.stages, "dry_run": self.dry_run} | limits


def number_of(name: str, typed: str) -> int | float:
    """A limit as a number. Raises InvalidInput, which names the field as the form does."""
    digits, label = typed.strip().replace(",", ""), LABELS[name]
    try:
        value = float(digits)
    except ValueError:
        value = -1.0
    whole = value.is_integer() if name != CREDIT_LIMIT else (value * 2).is_integer()
    if not (0 <= value < float("inf") and whole):
        kind = "a number in halves, such as 300 or 0.5" if name == CREDIT_LIMIT else "a whole number, such as 30"
        raise InvalidInput(f"At most … {label}: enter {kind}; 0 is unlimited, empty keeps the site’s own limit.")
    return int(value) if value.is_integer() else value
