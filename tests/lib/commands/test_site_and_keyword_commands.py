"""`igny8 accounts`, `sites`, `modules` and `keywords` as people call them: exit codes, JSON, sentences."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.cli import main
from igny8_lib.commands.output import console
from igny8_lib.settings import load
from igny8_lib.sites.accounts import create_account, ensure_plan
from tests.factories.sites import make_site

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "include" / "samples" / "keywords"

Igny8 = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def igny8(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Igny8]:
    """The command line on the test's database, in this process; no Airflow is there."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("IGNY8_AIRFLOW_URL", "http://127.0.0.1:1")
    monkeypatch.setattr(console, "_width", 80)  # as where the output is no terminal

    def run(*arguments: str | Path, url: str = database_url) -> subprocess.CompletedProcess[str]:
        monkeypatch.setenv("IGNY8_DATABASE_URL", url)
        monkeypatch.setattr(sys, "argv", ["igny8", *map(str, arguments)])
        load.cache_clear()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return subprocess.CompletedProcess(sys.argv, int(ended.value.code or 0), printed.out, printed.err)

    yield run
    load.cache_clear()


@pytest.fixture
def with_site(igny8: Igny8, session: Session) -> Igny8:
    """The same, with account `agency` and its site `blog`."""
    plan = ensure_plan(session, name="Growth", monthly_credits=Credits.of(500))
    make_site(session, create_account(session, name="Agency", slug="agency", plan=plan), slug="blog")
    session.commit()
    return igny8


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    """The JSON of a command that went well."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_accounts_are_added_and_listed(with_site: Igny8) -> None:
    added = with_site("accounts", "add", "--name", "Zweite", "--plan", "Small", "--monthly-credits", "0.5")
    assert (added.returncode, added.stdout.strip()) == (0, "Account zweite added.")
    first, second = answer(with_site("accounts", "list", "--json"))
    assert (first["slug"], first["plan"], first["monthly_credits"]) == ("agency", "Growth", 500)
    assert (second["slug"], second["plan"], second["monthly_credits"]) == ("zweite", "Small", 0.5)
    refused = with_site("accounts", "add", "--name", "Dritte", "--plan", "Odd", "--monthly-credits", "lots")
    assert (refused.returncode, refused.stderr.strip()[:42]) == (2, "--monthly-credits: 'lots' is not an amount")


def test_the_zone_of_an_account_s_day_is_shown_and_changed(with_site: Igny8) -> None:
    assert answer(with_site("accounts", "timezone", "agency", "--json"))["timezone"] == "UTC"
    changed = with_site("accounts", "timezone", "agency", "Asia/Tokyo")
    assert "begins at midnight in Asia/Tokyo" in changed.stdout
    assert answer(with_site("accounts", "list", "--json"))[0]["timezone"] == "Asia/Tokyo"
    refused = with_site("accounts", "timezone", "agency", "Tokyo")
    assert (refused.returncode, "is not a time zone" in refused.stderr) == (2, True)
    assert with_site("accounts", "timezone", "nobody").returncode == 3


def test_accounts_are_suspended_and_moved_to_a_plan_and_sites_switched_off(with_site: Igny8) -> None:
    changed = answer(
        with_site(
            "accounts", "set", "agency", "--status", "suspended", "--plan", "Large", "--monthly-credits", "9", "--json"
        )
    )
    assert (changed["status"], changed["plan"], changed["monthly_credits"]) == ("suspended", "Large", 9)
    assert answer(with_site("sites", "set", "blog", "--status", "inactive", "--json"))["status"] == "inactive"
    refused = with_site("run", "blog")
    assert (refused.returncode, "agency is suspended" in refused.stderr) == (6, True)
    assert with_site("accounts", "set", "nobody", "--status", "active").returncode == 3
    mistyped = with_site("accounts", "set", "agency", "--plan", "Lagre")
    assert (mistyped.returncode, "There is no plan 'Lagre'" in mistyped.stderr) == (2, True)
    assert answer(with_site("accounts", "list", "--json"))[0]["plan"] == "Large"


def test_sites_are_added_and_listed_while_airflow_is_down(with_site: Igny8) -> None:
    place = (
        "--domain",
        "laden.example",
        "--timezone",
        "Europe/Berlin",
        "--language",
        "de",
        "--brand",
        "Ruhig und klar.",
    )
    shop = answer(
        with_site("sites", "add", "--name", "Laden", "--slug", "shop", "--account", "agency", *place, "--json")
    )
    assert (shop["slug"], shop["dag_id"], shop["pool"]) == ("shop", "site__shop", "site_shop")
    listed = answer(with_site("sites", "list", "--account", "agency", "--json"))
    assert [site["slug"] for site in listed] == ["blog", "shop"]
    assert "laden.example" in with_site("sites", "list").stdout
    assert "the reconciler will" in shop["note"]
    assert [site["problem"] for site in listed] == ["", ""]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--account", "nobody"), 3, "There is no account 'nobody': `igny8 accounts list` shows"),
        (("--account", "agency"), 4, "The site slug 'blog' is taken: choose another."),
        (("--account", "agency", "--slug", "Bad_Slug"), 2, "'Bad_Slug' is not a slug"),
        (("--account", "agency", "--slug", "b", "--timezone", "Mars"), 2, "'Mars' is not a time zone"),
    ],
)
def test_a_site_that_cannot_be_added_is_said_in_one_sentence(
    with_site: Igny8, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    done = with_site("sites", "add", "--name", "Blog", "--domain", "other.example", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_modules_are_switched(with_site: Igny8) -> None:
    assert answer(with_site("modules", "set", "agency", "linker", "--off", "--json")) == {"linker": False}
    switches = answer(with_site("modules", "list", "agency", "--json"))
    assert [name for name, enabled in switches.items() if not enabled] == ["linker"]


def test_an_import_reports_and_its_dry_run_reports_the_same(with_site: Igny8) -> None:
    command = ("keywords", "import", SAMPLES / "with_refused_rows.csv", "--site", "blog", "--json")
    dry = answer(with_site(*command, "--dry-run"))
    assert answer(with_site("keywords", "list", "--site", "blog", "--json")) == []
    report = answer(with_site(*command))
    assert report == dry
    assert list(report) == [
        *("read", "added", "merged", "refused", "format", "encoding"),
        *("table", "columns", "tables_left_out"),
    ]
    assert [(column["heading"], column["used_as"]) for column in report["columns"]] == [
        ("Keyword", "keyword"),
        ("Volume", "volume"),
        ("KD", "difficulty"),
    ]
    assert (report["read"], report["added"], report["merged"], len(report["refused"])) == (11, 3, 1, 7)
    assert report["refused"][0] == {"line": 3, "reason": "no keyword", "text": "90"}


def test_keywords_are_listed_with_their_measures(with_site: Igny8) -> None:
    imported = with_site(
        "keywords", "import", SAMPLES / "semrush_keyword_magic.csv", "--site", "blog", "--sector", "Dogs"
    )
    assert "24 rows read, 24 added, 0 merged as duplicates, 0 refused" in " ".join(imported.stdout.split())
    listed = answer(with_site("keywords", "list", "--site", "blog", "--status", "new", "--limit", "2", "--json"))
    assert [keyword["text"] for keyword in listed] == ["puppy training schedule", "how to stop puppy biting"]
    assert (listed[0]["volume"], listed[0]["difficulty"], listed[0]["cpc"]) == (1300, 25, 0)
    assert (listed[1]["difficulty"], listed[0]["sector"], listed[0]["status"]) == (None, "Dogs", "new")
    assert answer(with_site("keywords", "list", "--site", "blog", "--status", "mapped", "--json")) == []
    assert "puppy" in with_site("keywords", "list", "--site", "blog").stdout


def test_text_that_looks_like_markup_is_printed_as_it_stands(with_site: Igny8, tmp_path: Path) -> None:
    (tmp_path / "[bold]list[i].txt").write_text("[red]shoes[/blue]\n[/b] test\n!!!\n")
    done = with_site("keywords", "import", tmp_path / "[bold]list[i].txt", "--site", "blog")
    assert done.returncode == 0, done.stderr
    assert "[bold]list[i].txt" in done.stdout
    assert "[red]shoes[/blue]" in with_site("keywords", "list", "--site", "blog").stdout


@pytest.mark.parametrize(
    ("file", "site", "code", "sentence"),
    [
        ("nowhere.csv", "blog", 2, "There is no file nowhere.csv."),
        ("include", "blog", 2, "include is not a file."),
        ("pyproject.toml", "nowhere", 3, "There is no site 'nowhere': `igny8 sites list` shows those that there are."),
    ],
)
def test_an_import_that_cannot_be_is_said_in_one_sentence(
    with_site: Igny8, file: str, site: str, code: int, sentence: str
) -> None:
    done = with_site("keywords", "import", file, "--site", site)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (code, "", sentence)
    refused = with_site("keywords", "import", file, "--site", site, "--json")
    assert json.loads(refused.stderr)["message"] == sentence


def test_a_database_that_is_away_is_said_with_the_exit_code_for_trying_again(igny8: Igny8) -> None:
    done = igny8("sites", "list", url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert done.returncode == 75
    assert "The product database cannot be reached" in done.stderr
