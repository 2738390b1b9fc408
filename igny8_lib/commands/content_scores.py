"""`igny8 content scores|checks|score|settings`: how good articles are, and what counts for that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from igny8_lib.analysis.results import MOST_POINTS, Analysis
from igny8_lib.analysis.weakest import weakest
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.config import parse
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.errors import NotFound
from igny8_lib.review import improvement_settings, queue, scores
from igny8_lib.review.improvement_settings import Improvement
from igny8_lib.review.queue import MOST_ON_A_PAGE, Sort, View
from igny8_lib.sites.sites import site_by_slug

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
ArticleArgument = Annotated[
    int, typer.Argument(metavar="ID", min=1, max=HIGHEST_ID, help="The article's id, as `list` shows it.")
]
ArticleArguments = Annotated[
    list[int], typer.Argument(metavar="ID...", min=1, max=HIGHEST_ID, help="Ids, as `list` shows them.")
]
NUMBERS = ("overall", *scores.PARTS)
UNKNOWN = "–"


def list_scores(
    site: SiteArgument,
    below: Annotated[
        int | None, typer.Option(min=1, max=101, help="Only articles with a lower overall score than this.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_ON_A_PAGE, help="How many, the lowest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List articles with their scores, the lowest first; those that were never analysed come last.

    Example: igny8 content scores blog --below 60
    """
    view = View((), sort=Sort.LOWEST, score_below=below)
    with open_sessions()() as session:
        found = queue.list_articles(session, site_by_slug(session, site).id, view, page_size=limit)
    facts = ("id", "version", "title", "status", "source", "scores")
    rows = [{name: article[name] for name in facts} for article in found.articles]
    show(rows, as_json=as_json, text=lambda: score_table(rows, found.total))


def score_table(rows: list[dict[str, Any]], total: int) -> Table:
    """A row per article."""
    heads = [">id", ">score", "?>seo", "?>reading", "?>engagement", "status", "~title"]
    cells = [
        [row["id"], *((row["scores"] or {}).get(name, UNKNOWN) for name in NUMBERS), row["status"], row["title"]]
        for row in rows
    ]
    return table(heads, cells, title=f"{len(rows):,} of {total:,} articles")


def list_checks(site: SiteArgument, article: ArticleArgument, as_json: JsonOption = False) -> None:
    """Analyse an article and show each check, first what is worth mending most; nothing is stored or charged.

    Example: igny8 content checks blog 12
    """
    with open_sessions()() as session:
        site_id = site_by_slug(session, site).id
        analysis = scores.analyse_article(session, site_id, article)
        weights = scores.weights_of(session, site_id)
    document = analysis.as_document() | {"overall": analysis.overall(weights)}
    first = [check.name for check in weakest(analysis, weights)]
    show(
        document | {"mend_first": first},
        as_json=as_json,
        text=lambda: check_table(analysis, first, document["overall"]),
    )


def check_table(analysis: Analysis, first: list[str], overall: int) -> Table:
    """A row per check: what is worth mending in that order, then what is well."""
    order = {name: place for place, name in enumerate(first)}
    checks = sorted(analysis.checks, key=lambda check: order.get(check.name, len(order)))
    rows = [
        [f"{check.points}/{MOST_POINTS}", check.part.value, check.name, check.sentence, len(check.places) or ""]
        for check in checks
    ]
    parts = f"SEO {analysis.seo}, readability {analysis.readability}, engagement {analysis.engagement}"
    heads = [">points", "part", "=check", "what is so", "?>places"]
    return table(heads, rows, title=f"Score {overall}: {parts}")


def score_articles(site: SiteArgument, articles: ArticleArguments, as_json: JsonOption = False) -> None:
    """Analyse articles and keep their scores: those from before there were scores, or after the site changed.

    Example: igny8 content score blog 12 13
    """
    with open_sessions().begin() as session:
        site_id = site_by_slug(session, site).id
        found = scores.score_each(session, site_id, articles)
        if missing := set(articles) - {content.id for content in found}:
            raise NotFound(f"Site {site} has no article {min(missing)}: `igny8 content list {site}` shows them.")
        rows = [
            {"id": content.id, "version": content.version, "title": content.title, "status": content.status.value}
            | {"scores": {name: content.optimization_scores[name] for name in NUMBERS}}
            for content in found
        ]
    show(rows, as_json=as_json, text=lambda: score_table(rows, len(rows)))


def settings(
    site: SiteArgument,
    changes: Annotated[list[str] | None, typer.Argument(help="NAME=VALUE …, such as seo_weight=50.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how a site's articles are scored, linked and optimized; with NAME=VALUE change that.

    Other weights make all stored scores of the site anew.

    Example: igny8 content settings blog links_per_1000_words=2 seo_weight=50
    """
    with open_sessions().begin() as session:
        site_id = site_by_slug(session, site).id
        if changes:
            improvement_settings.change(session, site_id, dict(parse(each) for each in changes))
        found, version = improvement_settings.read(session, site_id)
    document = {"site": site, "version": version, "settings": found.as_json()}
    show(document, as_json=as_json, text=lambda: settings_table(document["settings"], site))  # type: ignore[arg-type]


def settings_table(stored: Mapping[str, object], site: str) -> Table:
    """A row per setting."""
    meanings = {name: each.description or "" for name, each in Improvement.model_fields.items()}
    rows = [[name, json.dumps(value), meanings[name]] for name, value in stored.items()]
    return table(["=setting", "value", "meaning"], rows, title=f"{site}: scores, links and optimizing")


def register(content: typer.Typer) -> None:
    """Put the commands among those on articles."""
    content.command("scores")(list_scores)
    content.command("checks")(list_checks)
    content.command("score")(score_articles)
    content.command("settings")(settings)
