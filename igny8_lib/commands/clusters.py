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
from igny8_lib.planner import edit_clusters
from igny8_lib.planner.clusters import ClusterFilter, ClusterOrder, list_clusters
from igny8_lib.planner.edit_clusters import ClusterChanges
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
    """List the clusters that were merged into others, by runs and by hand, newest first.

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


ClusterArgument = Annotated[int, typer.Argument(min=1, max=HIGHEST_ID, help="The cluster's id, as `list` shows it.")]


@app.command("rename")
def rename(
    site: SiteArgument,
    cluster: ClusterArgument,
    name: Annotated[str, typer.Argument(help="Its new name.")],
    description: Annotated[str | None, typer.Option(help="What it is about; stays where it is not given.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Give a cluster another name.

    Example: igny8 clusters rename blog 12 "Oak floors"
    """
    with open_sessions().begin() as session:
        site_id = site_by_slug(session, site).id
        changed = edit_clusters.edit(session, site_id, cluster, ClusterChanges(name, description))
        told = {"id": changed.id, "name": changed.name, "description": changed.description}
    show(told, as_json=as_json, text=lambda: f"Cluster {told['id']} is “{told['name']}” now.")


@app.command("merge")
def merge(
    site: SiteArgument,
    into: Annotated[int, typer.Argument(min=1, max=HIGHEST_ID, help="The id of the cluster that stays.")],
    clusters: Annotated[list[int], typer.Argument(metavar="ID...", min=1, max=HIGHEST_ID, help="Those that go.")],
    by: ByOption,
    as_json: JsonOption = False,
) -> None:
    """Merge clusters into another one: keywords, ideas and articles go along; `unmerge` takes it back.

    Example: igny8 clusters merge blog 12 15 16
    """
    with open_sessions().begin() as session:
        made = edit_clusters.merge_into(session, site_by_slug(session, site).id, into, clusters, by)
    lines = [f"“{each.cluster}” is in “{each.into}” now (merge {each.id})." for each in made]
    show([asdict(each) for each in made], as_json=as_json, text=lambda: "\n".join(lines))


@app.command("move")
def move(
    site: SiteArgument,
    keywords: Annotated[
        list[int], typer.Argument(metavar="KEYWORD...", min=1, max=HIGHEST_ID, help="Ids, as `keywords list` shows.")
    ],
    into: Annotated[
        int | None, typer.Option(min=1, max=HIGHEST_ID, help="The cluster's id; out of any cluster without it.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Move keywords into a cluster, or out of any: then they wait to be clustered.

    Example: igny8 clusters move blog 3 7 9 --into 12
    """
    with open_sessions().begin() as session:
        moved = edit_clusters.move_keywords(session, site_by_slug(session, site).id, keywords, into)
    show({"moved": moved}, as_json=as_json, text=lambda: f"{moved:,} keywords moved.")


@app.command("delete")
def delete(site: SiteArgument, cluster: ClusterArgument, as_json: JsonOption = False) -> None:
    """Delete a cluster that has neither keywords nor ideas.

    Example: igny8 clusters delete blog 12
    """
    with open_sessions().begin() as session:
        edit_clusters.delete(session, site_by_slug(session, site).id, cluster)
    show({"deleted": cluster}, as_json=as_json, text=lambda: f"Cluster {cluster} is deleted.")


refusals.add_retry(app, 2, "Let runs take clusters again that the AI provider refused.")
