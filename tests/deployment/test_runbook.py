"""Every command of the runbook and of the operators' pages: those that look are run on a database with a site, others
are held against the command line, docker-compose.yaml, the Makefile or the shell; what fits nowhere fails."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from igny8_lib.commands.tree import make_tree
from tests.deployment import compose
from tests.factories.sites import make_account, make_site
from tests.lib.commands.conftest import Shell, shell

__all__ = ["shell"]

DOCS = compose.CHECKOUT / "docs"
PAGES = ("operations", "deployment", "cluster", "scale", "retention", "monitoring", "backup", "credits")
BLOCK = re.compile(r"^```console\n(.*?)^```", re.M | re.S)
SERVICES = set(compose.read({})["services"])
OTHERS = {"openssl", "pg_dump", "pg_restore", "nginx", "export", "set", "curl", "mv", "cp", "install"}
"""Programs of the machine and words of the shell: their syntax alone is looked at."""
LOOKS = {"sites list", "runs list", "credits balance", "credits history", "credits expire", "publishing list"}
"""What is run here: it needs the database alone."""
TAKES_A_VALUE = {"--volume", "--env", "-e", "--tail", "-n", "--user"}


def commands(page: Path) -> list[str]:
    """The lines of a page that one types."""
    blocks = BLOCK.findall(page.read_text())
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def known() -> list[Any]:
    """Each command once, with the page that it stands on first."""
    found: dict[str, str] = {}
    for name in PAGES:
        if (page := DOCS / f"{name}.md").exists():
            for command in commands(page):
                found.setdefault(command, page.name)
    return [pytest.param(command, id=f"{page}: {command}") for command, page in found.items()]


def parse(words: list[str]) -> None:
    """Take a command of ours apart as the command line does, without doing it. Raises what the command line says."""
    context = make_tree().make_context("igny8", list(words), resilient_parsing=False)
    while hasattr(context.command, "resolve_command"):
        rest = [*context._protected_args, *context.args]
        name, command, rest = context.command.resolve_command(context, rest)
        context = command.make_context(name, rest, parent=context)


def check(words: list[str]) -> None:
    """Whether the program, its subcommand and what it names are there."""
    match words:
        case ["igny8" | ".venv/bin/igny8", *rest]:
            parse(rest)
        case ["docker", "compose", verb, *rest]:
            check_compose(verb, rest)
        case ["make", target, *_]:
            assert re.search(rf"^{target}:", (compose.CHECKOUT / "Makefile").read_text(), re.M), target
        case ["sh", script, *_]:
            subprocess.run(["sh", "-n", str(compose.CHECKOUT / script)], check=True)
        case [program, *_]:
            assert program in OTHERS, f"no test knows {program}"


def check_compose(verb: str, rest: list[str]) -> None:
    """A command of Docker Compose: the verbs that we use, and services of the file; then the command in it."""
    assert verb in {"ps", "logs", "up", "run", "exec", "restart", "stop", "down"}, verb
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if rest[0] in TAKES_A_VALUE else rest[1:]
    if verb in {"run", "exec"}:
        assert rest[0] in SERVICES, rest
        if rest[1:]:
            check(rest[1:])
    else:
        assert set(rest) <= SERVICES, rest


@pytest.mark.parametrize("command", known())
def test_every_command_of_the_operators_pages_is_one(command: str) -> None:
    subprocess.run(["bash", "-n", "-c", command], check=True)
    for part in re.split(r"\s*(?:;|&&|\|)\s*", command):
        words = shlex.split(part, comments=True)
        if words and words[0] != "." and not re.match(r"\w+=", words[0]):
            check(words)


def test_the_runbook_s_looks_are_run_in_the_order_of_the_page(session: Session, shell: Shell) -> None:
    make_site(session, make_account(session, slug="igny8-demo"), slug="demo")
    session.commit()
    run = [words for line in commands(DOCS / "operations.md") if is_look(words := shlex.split(line))]
    assert {" ".join(words[1:3]) for words in run} == LOOKS
    for words in run:
        code, printed = shell(*words[1:])
        assert code == 0, (words, printed)


def is_look(words: list[str]) -> bool:
    """Whether a command is run here."""
    return words[0] == "igny8" and " ".join(words[1:3]) in LOOKS


@pytest.mark.parametrize(
    "wrong",
    [
        "igny8 repair",
        "igny8 credits balance",
        "docker compose restart nobody",
        "make nothing",
        "rm -rf /",
        "sh none.sh",
    ],
)
def test_a_command_that_is_none_is_noticed(wrong: str) -> None:
    with pytest.raises(Exception, match=r"."):
        check(shlex.split(wrong))


def test_the_runbook_is_short() -> None:
    assert len((DOCS / "operations.md").read_text().splitlines()) <= 350
