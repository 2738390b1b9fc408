"""`igny8 insights`: what a site's runs tell, or one of them."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group
from rich.table import Table
from rich.text import Text

from igny8_lib.amounts import Credits
from igny8_lib.commands.control import RunOption, SiteArgument
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.insights.averages import Sums
from igny8_lib.insights.comparison import Efficiency
from igny8_lib.insights.observations import Severity
from igny8_lib.insights.overview import AttentionItems, Overview, RunStatistics, overview_stats
from igny8_lib.insights.ratios import Number
from igny8_lib.insights.run_detail import RunDetail, run_detail
from igny8_lib.pipeline.stages import stage
from igny8_lib.sites.sites import site_by_slug
from igny8_lib.text.durations import duration

STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.SUCCESS: "green", Severity.INFO: ""}


def insights(site: SiteArgument, run: RunOption = "", as_json: JsonOption = False) -> None:
    """Show what the site's runs did, what the next one would, and what is usual; or one run against the usual.

    Examples: igny8 insights blog, igny8 insights blog --run 7
    """
    with open_sessions()() as session:
        found = site_by_slug(session, site)
        if run:
            detail = run_detail(session, found, run)
            show(detail.as_json(), as_json=as_json, text=lambda: detail_view(detail))
        else:
            overview = overview_stats(session, found)
            show(overview.as_json(), as_json=as_json, text=lambda: overview_view(site, overview))


def overview_view(site: str, overview: Overview) -> Group:
    """Sentences on the runs, and a row per stage: the next run beside the usual one."""
    usual = overview.historical_averages
    source = f"the last {usual.runs_analyzed} runs" if usual.has_sufficient_data else "a cautious guess: too few runs"
    rows = [
        (
            each.number,
            stage(each.number).title,
            each.pending_items,
            each.estimated_credits,
            each.estimated_output,
            guessed(known(sums.avg_credits), sums),
            guessed(decimal(sums.avg_created), sums),
        )
        for each in overview.predictive_analysis.stages
        for sums in (usual.stages[each.number - 1],)
    ]
    prediction = overview.predictive_analysis
    total = Credits.total(each.estimated_credits for each in prediction.stages)
    return Group(
        Text(runs_words(site, overview.run_statistics), "bold"),
        Text(attention_words(overview.attention_items)),
        Text(
            f"Next run: about {total} credits and {prediction.recommended_buffer_credits} in reserve "
            f"(confidence: {prediction.confidence})."
        ),
        Text(
            f"A usual run: {known(usual.whole.avg_credits)} credits, {span(usual.whole.avg_seconds)}, "
            f"{known(usual.whole.avg_credits_per_item)} credits for each item ({source})."
        ),
        table([">#", "stage", ">waiting", ">credits", ">makes", ">usual cr.", ">usual"], rows),
    )


def runs_words(site: str, runs: RunStatistics) -> str:
    """The runs in two sentences."""
    return (
        f"{site}: {runs.total_runs:,} runs, {runs.completed_runs:,} completed, {runs.failed_runs:,} failed, "
        f"{runs.running_runs} active.\n"
        f"{runs.total_credits_used} credits used, {runs.total_credits_last_30_days} of them in 30 days; on average "
        f"{known(runs.avg_credits_per_run)} a run, {span(runs.avg_duration_last_7_days_seconds)} in the last 7 days."
    )


def attention_words(items: AttentionItems) -> str:
    """What waits for people."""
    counts = (
        (items.skipped_ideas, "skipped ideas"),
        (items.failed_content, "failed articles"),
        (items.failed_images, "failed images"),
    )
    told = ", ".join(f"{number:,} {what}" for number, what in counts if number)
    return f"Needs attention: {told}." if told else "Nothing needs attention."


def detail_view(detail: RunDetail) -> Group:
    """The run's end, a row per stage against the averages, and what is worth saying."""
    run = detail.run.figures
    end = f"\n{run.sentence}" if run.sentence else ""
    headline = (
        f"{run.title} ({run.run_id}) is {run.status}: {run.credits} credits, {duration(run.seconds)}, "
        f"{run.processed:,} items{end}"
    )
    said = [
        Text(f"• {each.message}", STYLES[each.severity]) for each in detail.insights if each.message != run.sentence
    ]
    return Group(Text(headline, "bold"), stage_table(detail), Text(efficiency_words(detail.efficiency)), *said)


def stage_table(detail: RunDetail) -> Table:
    """A row per stage; variances are against the runs before."""
    rows: Iterable[tuple[object, ...]] = (
        (
            each.figures.number,
            each.figures.title,
            each.figures.status,
            each.figures.processed,
            each.figures.created,
            each.figures.remaining,
            each.figures.credits,
            signed(each.comparison.credit_variance_pct),
        )
        for each in detail.stages
    )
    return table([">#", "stage", "=status", ">done", ">made", ">left", ">credits", ">vs avg"], rows)


def efficiency_words(efficiency: Efficiency) -> str:
    """What it gave for credits and time."""
    return (
        f"{known(efficiency.credits_per_item)} credits for each item; "
        f"{decimal(efficiency.items_per_minute)} items and {decimal(efficiency.credits_per_minute)} credits a minute."
    )


def known(amount: Credits | None) -> str:
    """Credits that may be unknown."""
    return "–" if amount is None else str(amount)


def guessed(figure: str, sums: Sums) -> str:
    """A stage's figure, marked where too few runs stand behind it."""
    return figure if sums.is_known else f"~{figure}"


def decimal(value: Number | None) -> str:
    """A figure to one decimal."""
    return "–" if value is None else f"{float(value):,.1f}"


def signed(pct: Number | None) -> str:
    """A variance: "+35 %"."""
    return "–" if pct is None else f"{round(pct):+,} %"


def span(seconds: Number | None) -> str:
    """A time that may be unknown."""
    return "–" if seconds is None else duration(float(seconds))
