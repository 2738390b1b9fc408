"""`igny8 clusters`: the topics of a site."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from igny8_lib.commands import refusals
from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.columns import SIGNS
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.models import ClusterMerge, ClusterStatus
from igny8_lib.planner.clusters import ClusterFilter, ClusterOrder, list_clusters
from igny8_lib.planner.merges import list_merges, take_back
from igny8_lib.sites.sites import site_by_slug

app = typer.Typer(help="The topics of a site.", no_args_is_help=True)

HEADS = (">id", "~name", ">keywords", ">volume", ">opportunity", "?intent", "?status")
REFUSED = "refused_reason"


SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]


@app.command("list")
def list_(
    site: SiteArgument,
    status: Annotated[ClusterStatus | None, typer.Option(help="Only clusters of this status.")] = None,
    refused: refusals.RefusedOption = False,
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
        site_id = site_by_slug(session, site).id
        found = list_clusters(session, site_id, ClusterFilter(status=status, refused=refused), order=sort, limit=limit)
    heads = (*HEADS, REFUSED) if any(cluster.refused_reason for cluster in found) else HEADS
    rows = [[getattr(cluster, head.lstrip(SIGNS)) for head in heads] for cluster in found]
    show([asdict(cluster) for cluster in found], as_json=as_json, text=lambda: table(heads, rows))


@app.command("merges")
def merges_(
    site: SiteArgument,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List the clusters of one keyword that were merged into others, newest first.

    Example: igny8 clusters merges blog
    """
    with open_sessions()() as session:
        found = [merge_row(merge) for merge in list_merges(session, site_by_slug(session, site).id, limit=limit)]
    columns = ("id", "cluster", "into", "keywords", "merged_at", "taken_back_by")
    heads = (">id", "~cluster", "~into", "?>keywords", "?=merged at", "~taken back by")
    show(found, as_json=as_json, text=lambda: table(heads, [[row[name] for name in columns] for row in found]))


def merge_row(merge: ClusterMerge) -> dict[str, Any]:
    """A merge as JSON."""
    return {
        "id": merge.id,
        "cluster": merge.before["name"],
        "into": merge.into_name,
        "keywords": len(merge.keyword_ids),
        "merged_at": merge.created_at.isoformat(timespec="seconds"),
        "taken_back_by": merge.undone_by,
    }


@app.command("unmerge")
def unmerge(
    site: SiteArgument,
    merge: Annotated[int, typer.Argument(min=1, max=HIGHEST_ID, help="The merge's id, as `merges` shows it.")],
    by: ByOption,
    as_json: JsonOption = False,
) -> None:
    """Take a merge back: the cluster is made anew, with its keywords, and waits for ideas again.

    Example: igny8 clusters unmerge blog 3
    """
    with open_sessions().begin() as session:
        cluster = take_back(session, site_by_slug(session, site).id, merge, actor=by)
        made = {"id": cluster.id, "name": cluster.name}
    show(made, as_json=as_json, text=lambda: f"“{made['name']}” is a cluster again (id {made['id']}).")


refusals.add_retry(app, 2, "Let runs take clusters again that the AI provider refused.")
