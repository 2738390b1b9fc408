"""The tree of commands: each first word, and where it stands; only the chosen one's module is imported."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import typer
from typer.main import get_command

from igny8_lib.commands.lazy import LazyGroup, Places

PLACES: Places = {
    "up": ("stack.up",),
    "down": ("stack.down",),
    "init": ("stack.init",),
    "ps": ("stack.ps",),
    "doctor": ("doctor.doctor",),
    "logs": ("stack.logs",),
    "backup": ("backup.backup",),
    "restore": ("backup.restore",),
    "rotate-keys": ("keys.rotate_keys",),
    "demo": ("demo.demo",),
    "run": ("run.run",),
    "status": ("status.status",),
    "pause": ("control.pause",),
    "resume": ("control.resume",),
    "cancel": ("control.cancel",),
    "estimate": ("estimate.estimate",),
    "insights": ("insights.insights",),
    "analyze": ("analyze.analyze",),
    "usage": ("usage.usage",),
    "config": ("config.app",),
    "accounts": ("accounts.app",),
    "modules": ("accounts.modules",),
    "users": ("users.app",),
    "sites": ("sites.app",),
    "keywords": ("keywords.app",),
    "clusters": ("clusters.app",),
    "ideas": ("ideas.app",),
    "runs": ("runs.app",),
    "content": (
        "content.app",
        "review.register",
        "content_scores.register",
        "remake.register",
        "optimizing.register",
        "batches.register",
    ),
    "rules": ("rules.app", "rule_writing.register", "rule_executions.register"),
    "linking": ("linking.app",),
    "publishing": ("publishing.app",),
    "website": (
        "website.app",
        "website_pages.register",
        "website_builds.register",
        "website_live.register",
        "website_files.register",
    ),
    "credits": ("credits.app",),
    "costs": ("costs.app",),
    "budgets": ("budgets.app",),
    "notifications": ("notifications.app",),
    "ai": ("ai.app",),
    "wordpress": ("wordpress.app", "wordpress_sync.register"),
    "clean-up": ("clean_up.clean_up",),
    "sandbox": ("sandbox.app",),
}
"""In the order of `igny8 --help`: the module of igny8_lib.commands and, in it, the command's function or the group's
Typer; then the functions that give the group more commands. What the help says of each is read there, too."""


class Tree(LazyGroup):
    """The command line."""

    places = PLACES


app = typer.Typer(
    name="igny8",
    cls=Tree,
    help="Turn a website's keyword list into reviewed, illustrated articles.",
    epilog="Every command explains itself with --help; docs/cli.md lists them all, with their exit codes.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def begin() -> None:
    """Nothing is done before a command: Typer makes a group only of what has a callback or commands."""


@lru_cache(maxsize=1)
def make_tree() -> Any:  # noqa: ANN401 - Typer has no public name for its commands
    """All commands, each behind the check of its texts; made once per process."""
    return get_command(app)


def run_command(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name; its exit code. Raises what the command raises, and TyperException."""
    ended = make_tree().main(args=list(arguments), prog_name="igny8", standalone_mode=False)
    return ended if isinstance(ended, int) else 0
