"""The trigger form: per-run limits, the stages to run, the items to work, and the dry run."""

from __future__ import annotations

from functools import lru_cache

from airflow.sdk import DAG, Param, ParamsDict

from igny8_lib.pipeline.limits import MOST_CHOSEN, STAGE_NUMBERS, Limits
from igny8_lib.pipeline.stages import STAGES
from igny8_lib.sites.configuration import MOST_CREDITS, MOST_ITEMS

STAGE_TITLES = {str(stage.number): f"{stage.number} {stage.title}" for stage in STAGES}


@lru_cache(maxsize=1)
def form() -> ParamsDict:
    """The fields of every site's form, validated once. Raises ParamValidationError."""
    fields = ParamsDict(params())
    fields.validate()
    return fields


def give_form(dag: DAG) -> None:
    """Give a DAG the form when all its tasks are there.

    A task that is made in a DAG with params takes two deep copies of them, and a DAG that is given them validates them
    anew: with a thousand sites that was two thirds of the time to parse the file.
    """
    object.__setattr__(dag, "params", form())


def params() -> dict[str, Param]:
    """One field per option; an empty limit is the site's own."""
    limits = {name: limit(name) for name in Limits.model_fields}
    return limits | {
        "stages": Param(
            [str(number) for number in STAGE_NUMBERS],
            type="array",
            items={"type": ["string", "integer"], "enum": [*STAGE_TITLES, *STAGE_NUMBERS]},
            minItems=1,
            examples=list(STAGE_TITLES),
            values_display=STAGE_TITLES,
            title="Stages to run",
            description="The others are skipped.",
        ),
        "items": Param(
            None,
            type=["null", "string", "array"],
            items={"type": ["string", "integer"]},
            pattern=r"^[0-9,\s]*$",
            maxItems=MOST_CHOSEN,
            title="Only these items",
            description="Ids of items of the one stage chosen above, such as 3, 7, 9. Empty: whatever waits.",
        ),
        "dry_run": Param(
            False,  # noqa: FBT003 - the parameter's default
            type="boolean",
            title="Dry run",
            description="Take the snapshot and the estimate, change nothing.",
        ),
    }


def limit(name: str) -> Param:
    """A per-run limit."""
    what = name.removeprefix("max_").removesuffix("_per_run")
    most = MOST_CREDITS if what == "credits" else MOST_ITEMS
    return Param(
        None,
        type=["null", "number" if what == "credits" else "integer"],
        minimum=0,
        maximum=most,
        title=f"Most {what} in this run",
        description=f"Empty: as the site is configured. 0: unlimited. At most {most:,}.",
    )
