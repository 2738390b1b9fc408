"""What commands about keywords, clusters and articles share: those that the AI provider refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show
from igny8_lib.pipeline import refusals
from igny8_lib.pipeline.stages import stage
from igny8_lib.sites.sites import site_by_slug

RefusedOption = Annotated[bool, typer.Option("--refused", help="Only those that the AI provider refused.")]
RefusedIds = Annotated[
    list[int] | None, typer.Argument(metavar="[ID]...", min=1, max=HIGHEST_ID, help="Ids, as `list --refused` shows.")
]
AllOption = Annotated[bool, typer.Option("--all", help="All that were refused.")]


def add_retry(app: typer.Typer, number: int, what: str) -> None:
    """Give an application the command that puts back what the AI provider refused in a stage."""

    @app.command("retry", help=f"{what}\n\nExample: igny8 {refusals.COMMANDS[number]} retry blog --all")
    def retry(
        site: Annotated[str, typer.Argument(help="The site's slug.")],
        ids: RefusedIds = None,
        everything: AllOption = False,
        as_json: JsonOption = False,
    ) -> None:
        put_back(site, number, ids, everything=everything, as_json=as_json)


def put_back(site: str, number: int, ids: Sequence[int] | None, *, everything: bool, as_json: bool) -> None:
    """Let the next run ask again for refused items of a stage, and say how many these are."""
    with open_sessions().begin() as session:
        done = refusals.retry(session, site_by_slug(session, site).id, stage(number), ids or (), everything=everything)
    show(
        {"retried": done},
        as_json=as_json,
        text=lambda: f"{len(done):,} {stage(number).takes} put back: the next run asks again.",
    )
