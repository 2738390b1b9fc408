"""The `igny8` command: every noun of igny8_lib.commands, one error translation at the edge."""

from __future__ import annotations

import typer

from igny8_lib.commands import (
    accounts,
    ai,
    budgets,
    config,
    content,
    control,
    costs,
    demo,
    estimate,
    keywords,
    notifications,
    run,
    runs,
    sandbox,
    sites,
    stack,
    status,
    usage,
)
from igny8_lib.commands import credits as credit_commands
from igny8_lib.commands.output import failing_clearly

app = typer.Typer(
    name="igny8",
    help="Turn a website's keyword list into reviewed, illustrated articles.",
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
app.add_typer(config.app, name="config")
app.add_typer(accounts.app, name="accounts")
app.add_typer(accounts.modules, name="modules")
app.add_typer(sites.app, name="sites")
app.add_typer(keywords.app, name="keywords")
app.add_typer(runs.app, name="runs")
app.add_typer(content.app, name="content")
app.add_typer(credit_commands.app, name="credits")
app.add_typer(costs.app, name="costs")
app.add_typer(budgets.app, name="budgets")
app.command()(usage.usage)
app.add_typer(notifications.app, name="notifications")
app.add_typer(ai.app, name="ai")
app.add_typer(sandbox.app, name="sandbox")


def main() -> None:
    """Run the command line; the product's errors become one sentence and an exit code."""
    with failing_clearly():
        app()


if __name__ == "__main__":
    main()
