"""`igny8 clusters`: the topics of a site."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.models import ClusterStatus
from igny8_lib.planner.clusters import ClusterOrder, list_clusters
from igny8_lib.sites.sites import site_by_slug

app = typer.Typer(help="The topics of a site.", no_args_is_help=True)

HEADS = (">id", "name", ">keywords", ">volume", ">opportunity", "intent", "status")


@app.command("list")
def list_(
    site: Annotated[str, typer.Argument(help="The site's slug.")],
    status: Annotated[ClusterStatus | None, typer.Option(help="Only clusters of this status.")] = None,
    sort: Annotated[
        ClusterOrder, typer.Option(help="Opportunity, volume and keywords from the highest.")
    ] = ClusterOrder.OPPORTUNITY,
    limit: Annotated[int, typer.Option(min=0, help="At most so many.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """List a site's clusters with what their keywords come to.

    Example: igny8 clusters list blog --status new --sort volume
    """
    with open_sessions()() as session:
        found = list_clusters(session, site_by_slug(session, site).id, status=status, order=sort, limit=limit)
    rows = [[getattr(cluster, head.lstrip(">")) for head in HEADS] for cluster in found]
    show([asdict(cluster) for cluster in found], as_json=as_json, text=lambda: table(HEADS, rows))
