"""Every command of the runbook and of the operators' pages is one, and leads somewhere.

Each is run where that is possible: those of the database here, those of a stack in test_runbook_on_a_stack.py, scripts
in a folder of the test's own, targets of make without their work. What cannot be run says why (NOT_RUN), and is held
against the command line, docker-compose.yaml, the Makefile or the shell. A command that fits nowhere fails.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from igny8_lib.commands.tree import make_tree
from tests.deployment import compose
from tests.factories.publications import make_failed
from tests.factories.runs import make_ended_run
from tests.factories.sites import make_account, make_site
from tests.lib.commands.conftest import Shell, shell

__all__ = ["shell"]

DOCS = compose.CHECKOUT / "docs"
PAGES = ("operations", "deployment", "cluster", "scale", "retention", "monitoring", "backup", "upgrade", "credits")
BLOCK = re.compile(r"^ *```console\n(.*?)^ *```", re.M | re.S)
SAID = re.compile(r"`(igny8 [a-z][^`…]*)`")
LINK = re.compile(r"\]\((?P<page>[\w/]+\.md)?(?:#(?P<anchor>[\w-]+))?\)")
SERVICES = set(compose.read({})["services"])
OTHERS = {"openssl", "pg_dump", "pg_restore", "nginx", "export", "set", "curl", "mv", "cp", "install"}
"""Programs of the machine and words of the shell: their syntax alone is looked at."""
ON_THE_DATABASE = {
    "sites list",
    "status demo",
    "runs list",
    "credits balance",
    "credits history",
    "credits expire",
    "credits check",
    "publishing list",
    "publishing retry",
    "users list",
    "clean-up --product-only",
    "clean-up --only run_details",
}
"""Run here: they need the database alone."""
ON_A_STACK = {"doctor", "ps", "logs", "cancel demo", "ai check", "clean-up", "init", "curl"}
"""Run by test_runbook_on_a_stack.py; so are backup and restore --check."""
IN_A_FOLDER = {"sh", "openssl", "make"}
NOT_RUN = {
    "docker": "no container engine runs here: its services and the command within are looked up",
    "nginx": "its file is run by test_proxy.py, with addresses and a certificate of the test's own",
    "export": "a variable of the shell",
    "igny8 up": "it may start the session's stack anew; tests/lib/stack/test_lifecycle.py has one of its own",
    "igny8 down": "the stack is the session's; tests/lib/stack/test_lifecycle.py stops one of its own",
    "igny8 restore": "it takes a stopped stack: tests/lib/backup/test_restore.py and test_moving.py do all of it",
    "igny8 rotate-keys": "it stops the stack: tests/lib/backup does it, test_rotated_secrets.py that of containers",
    "igny8 wordpress": "it asks a website: tests/lib/commands/test_wordpress_commands.py does, with a real one",
    "igny8 status": "of a machine with a restored backup; on the database it is run as `igny8 status demo`",
}
"""What is not run, by its beginning, and why."""
TAKES_A_VALUE = {"--volume", "--env", "-e", "--tail", "-n", "--user"}


def commands(page: Path) -> list[str]:
    """The lines of a page that one types."""
    blocks = BLOCK.findall(page.read_text())
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


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
            assert (compose.CHECKOUT / script).is_file(), script
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


def begins(command: str, names: set[str] | dict[str, str]) -> bool:
    """Whether a command is one of these, by its first words."""
    words = command.removeprefix("igny8 ").split()
    return any(name == " ".join(words[: len(name.split())]) for name in (each.removeprefix("igny8 ") for each in names))


def all_commands() -> list[str]:
    """Of all pages."""
    return [parameter.values[0] for parameter in known()]


def test_what_is_not_run_says_why() -> None:
    run = ON_THE_DATABASE | ON_A_STACK | IN_A_FOLDER | {"backup"}
    unsaid = [each for each in all_commands() if not begins(each, run) and not begins(each, NOT_RUN)]
    assert unsaid == []
    idle = [each for each in (*run, *NOT_RUN) if not any(begins(command, {each}) for command in all_commands())]
    assert idle == [], "no page has these any more"


def on_the_database() -> list[list[str]]:
    """The words after `igny8` of what is run here, in the order of the pages."""
    found = [each for each in all_commands() if each.startswith("igny8 ") and begins(each, ON_THE_DATABASE)]
    return [shlex.split(each)[1:] for each in found]


def test_what_needs_the_database_alone_is_run_in_the_order_of_the_pages(session: Session, shell: Shell) -> None:
    site = make_site(session, make_account(session, slug="igny8-demo"), slug="demo")
    make_ended_run(session, site, {1: (3, 2, 1)})
    article = make_failed(session, site).content_id
    session.commit()
    for words in on_the_database():
        code, printed = shell(*[str(article) if word == "12" else word for word in words])
        assert code == 0, (words, printed)


@pytest.mark.parametrize("command", [each for each in all_commands() if begins(each, IN_A_FOLDER)])
def test_scripts_and_targets_are_run_where_they_harm_nothing(command: str, tmp_path: Path) -> None:
    program, *words = shlex.split(command)
    if program == "make":
        words = ["--dry-run", *words]
    elif program == "sh":
        made = ["sh", str(compose.CHECKOUT / "include" / "containers" / "make_secrets.sh"), str(tmp_path / "secrets")]
        subprocess.run(made, check=True, capture_output=True)
        if words[1:2] == ["end"]:
            begun = [program, str(compose.CHECKOUT / words[0]), "begin", "secrets"]
            subprocess.run(begun, check=True, capture_output=True, cwd=tmp_path)
        words = [str(compose.CHECKOUT / words[0]), *words[1:]]
    where = compose.CHECKOUT if program == "make" else tmp_path
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run([program, *words], cwd=where, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize("name", PAGES)
def test_commands_within_sentences_are_ones_too(name: str) -> None:
    for command in SAID.findall((DOCS / f"{name}.md").read_text()):
        mention(shlex.split(command)[1:])


def mention(words: list[str]) -> None:
    """Follow the words as far as they name commands. Raises AssertionError for a command or an option that is none."""
    command: Any = make_tree()
    for place, word in enumerate(words):
        if not hasattr(command, "commands"):
            known = {option for each in command.params for option in each.opts}
            assert {each for each in words[place:] if each.startswith("--")} <= known, words
            return
        assert word in command.commands, words
        command = command.commands[word]


def anchors(page: Path) -> set[str]:
    """Its headings, as links name them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("name", PAGES)
def test_links_of_the_operators_pages_lead_to_a_heading(name: str) -> None:
    for found in LINK.finditer((DOCS / f"{name}.md").read_text()):
        page = DOCS / (found["page"] or f"{name}.md")
        assert page.is_file(), found.group()
        assert found["anchor"] is None or found["anchor"] in anchors(page), found.group()


def test_every_alert_stands_in_the_runbook_by_its_symptom() -> None:
    alerts = set(re.findall(r"alert: (\w+)", (compose.CHECKOUT / "include/monitoring/alerts.yml").read_text()))
    page = (DOCS / "operations.md").read_text()
    assert set(re.findall(r"\[(Igny8\w+)\]", page)) == alerts


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
