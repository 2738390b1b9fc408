"""The tree of commands: every noun of igny8_lib.commands under its name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import typer
from typer.main import get_command

from igny8_lib.commands import (
    accounts,
    ai,
    analyze,
    budgets,
    clusters,
    config,
    content,
    content_scores,
    control,
    costs,
    demo,
    estimate,
    ideas,
    insights,
    keywords,
    linking,
    notifications,
    optimizing,
    publishing,
    remake,
    review,
    run,
    runs,
    sandbox,
    sites,
    stack,
    status,
    usage,
    users,
    wordpress,
    wordpress_sync,
)
from igny8_lib.commands import credits as credit_commands
from igny8_lib.commands.arguments import guard

app = typer.Typer(
    name="igny8",
    help="Turn a website's keyword list into reviewed, illustrated articles.",
    epilog="Every command explains itself with --help; docs/cli.md lists them all, with their exit codes.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

stack.register(app)
app.command()(demo.demo)
app.command()(run.run)
app.command()(status.status)
app.command()(control.pause)
app.command()(control.resume)
app.command()(control.cancel)
app.command()(estimate.estimate)
app.command()(insights.insights)
app.command()(analyze.analyze)
app.add_typer(config.app, name="config")
app.add_typer(accounts.app, name="accounts")
app.add_typer(accounts.modules, name="modules")
app.add_typer(users.app, name="users")
app.add_typer(sites.app, name="sites")
app.add_typer(keywords.app, name="keywords")
app.add_typer(clusters.app, name="clusters")
app.add_typer(ideas.app, name="ideas")
app.add_typer(runs.app, name="runs")
review.register(content.app)
content_scores.register(content.app)
remake.register(content.app)
optimizing.register(content.app)
app.add_typer(content.app, name="content")
app.add_typer(linking.app, name="linking")
app.add_typer(publishing.app, name="publishing")
app.add_typer(credit_commands.app, name="credits")
app.add_typer(costs.app, name="costs")
app.add_typer(budgets.app, name="budgets")
app.command()(usage.usage)
app.add_typer(notifications.app, name="notifications")
app.add_typer(ai.app, name="ai")
wordpress_sync.register(wordpress.app)
app.add_typer(wordpress.app, name="wordpress")
app.add_typer(sandbox.app, name="sandbox")


@lru_cache(maxsize=1)
def make_tree() -> Any:  # noqa: ANN401 - Typer has no public name for its commands
    """All commands, each behind the check of its texts; made once per process."""
    command = get_command(app)
    guard(command)
    return command


def run_command(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name; its exit code. Raises what the command raises, and TyperException."""
    ended = make_tree().main(args=list(arguments), prog_name="igny8", standalone_mode=False)
    return ended if isinstance(ended, int) else 0
