"""`igny8 rules`."""

from __future__ import annotations

import json
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from igny8_lib import clock
from igny8_lib.commands.rule_words import action_of, condition_of
from igny8_lib.db.session import Sessions
from igny8_lib.models import ExecutionStatus, RuleTrigger, Site
from igny8_lib.rules.documents import RuleDocument
from igny8_lib.rules.finding import find_rule
from igny8_lib.rules.ready_made import READY_MADE
from tests.factories.planner import make_keywords
from tests.factories.rules import make_execution
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell

SAID = ["--when", "keyword_added", "--if", "volume gte 100", "--do", "cluster_keywords"]
SENTENCE = (
    "When keywords are added and volume is at least 100, cluster them, at most 3 times a day for at most 50 credits."
)


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        return make_site(session, slug="blog")


@pytest.fixture
def rule(igny8: Igny8, site: Site) -> str:  # noqa: ARG001 - the site must be there
    """The number of a rule of the site "blog"."""
    code, made = igny8("rules", "add", "blog", "News", *SAID, "--at-most", "3", "--credits", "50", "--by", "ann")
    assert code == 0, made
    return str(made["id"])


def one_line(printed: str) -> str:
    return " ".join(printed.split())


@pytest.mark.usefixtures("site")
def test_a_rule_is_added_listed_shown_switched_and_deleted(igny8: Igny8, shell: Shell) -> None:
    assert "ready-made" in shell("rules", "list", "blog")[1]
    code, told = shell("rules", "add", "blog", "News", *SAID, "--at-most", "3", "--credits", "50", "--by", "ann")
    assert (code, f"“News” is on. {SENTENCE}" in one_line(told)) == (0, True)
    (row,) = igny8("rules", "list", "blog")[1]
    number = str(row["id"])
    assert (row["created_by"], row["version"], row["sentence"]) == ("ann", 1, SENTENCE)
    assert SENTENCE in one_line(shell("rules", "show", "blog", number)[1])
    assert igny8("rules", "off", "blog", number)[1]["is_active"] is False
    assert "off" in shell("rules", "list", "blog")[1]
    assert igny8("rules", "on", "blog", number)[1]["version"] == 3
    assert igny8("rules", "delete", "blog", number) == (0, {"deleted": row["id"], "name": "News"})
    assert igny8("rules", "list", "blog")[1] == []


@pytest.mark.usefixtures("site")
def test_a_rule_on_a_schedule_needs_no_trigger_beside_it(igny8: Igny8) -> None:
    said = ["--schedule", "0 6 * * mon", "--do", "run_pipeline stages=1,2", "--do", "notify Mondays: look, all of you"]
    code, made = igny8("rules", "add", "blog", "Mondays", *said, "--off")
    assert code == 0, made
    assert (made["trigger"], made["is_active"], made["next_due_at"]) == ("schedule", False, None)
    assert [each["params"] for each in made["actions"]] == [
        {"stages": [1, 2]},
        {"message": "Mondays: look, all of you"},
    ]


def test_what_show_prints_is_what_change_reads_back_and_an_older_file_is_refused(
    igny8: Igny8, shell: Shell, rule: str, tmp_path: Path
) -> None:
    file = tmp_path / "rule.json"
    shown = igny8("rules", "show", "blog", rule)[1]
    file.write_text(json.dumps(shown))
    assert igny8("rules", "change", "blog", rule, "--file", str(file))[1] == shown
    file.write_text(json.dumps(shown | {"max_executions_per_day": 1}))
    assert igny8("rules", "change", "blog", rule, "--file", str(file))[1]["version"] == 2
    file.write_text(json.dumps(shown | {"max_executions_per_day": 2}))
    code, told = shell("rules", "change", "blog", rule, "--file", str(file))
    assert (code != 0, "Somebody saved version 2" in one_line(told)) == (True, True)
    assert igny8("rules", "change", "blog", rule, "--file", str(file), "--version", "2")[1]["version"] == 3


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("key", [each.key for each in READY_MADE])
def test_every_ready_made_rule_can_be_added_as_it_is_and_as_a_file(
    igny8: Igny8, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert key in [row["key"] for row in igny8("rules", "ready-made")[1]]
    document = igny8("rules", "ready-made", key)[1]
    code, made = igny8("rules", "add", "blog", "--ready-made", key)
    assert (code, made["name"]) == (0, document["name"])
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(json.dumps(document).encode())))
    assert igny8("rules", "add", "blog", "Another", "--file", "-")[1]["sentence"] == made["sentence"]


def test_a_test_tells_what_matches_and_why_the_rest_does_not(
    *, igny8: Igny8, shell: Shell, rule: str, sessions: Sessions, site: Site, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        keywords = make_keywords(session, site, ["roses", "tulips"])
        keywords[1].volume = 80
    code, tested = igny8("rules", "test", "blog", rule)
    assert (code, tested["matched"], tested["looked_at"]) == (0, 1, 2)
    assert tested["others"] == [{"id": keywords[1].id, "name": "tulips", "why_not": ["volume 80 is not ≥ 100"]}]
    assert "volume 80 is not ≥ 100" in one_line(shell("rules", "test", "blog", rule)[1])
    file = tmp_path / "rule.json"
    file.write_text(json.dumps(igny8("rules", "show", "blog", rule)[1] | {"conditions": []}))
    assert igny8("rules", "test", "blog", "--file", str(file))[1]["matched"] == 2
    assert "which rule" in shell("rules", "test", "blog")[1]


def test_a_rule_is_executed_its_history_told_and_what_failed_tried_again(
    igny8: Igny8, shell: Shell, rule: str, sessions: Sessions, site: Site
) -> None:
    assert "no keyword" in shell("rules", "execute", "blog", rule)[1]
    assert "No rule of site blog" in shell("rules", "history", "blog")[1]
    with sessions.begin() as session:
        make_keywords(session, site, ["roses"])
        failed = make_execution(
            session,
            find_rule(session, site.id, int(rule)),
            status=ExecutionStatus.FAILED,
            finished_at=clock.now(),
            error="The provider was away.",
            result="It failed: the provider was away.",
        ).id
    code, begun = igny8("rules", "execute", "blog", rule, "--by", "ann")
    assert (code, begun["status"], begun["requested_by"], begun["matched"]) == (0, "pending", "ann", 1)
    listed = igny8("rules", "history", "blog", "--status", "failed", "--rule", rule)[1]
    assert [each["id"] for each in listed] == [failed]
    assert "The provider was away." in shell("rules", "history", "blog", "--execution", str(failed))[1]
    code, again = igny8("rules", "retry", "blog", str(failed), "--by", "bob")
    assert (code, again["retry_of_id"], again["begun_by"]) == (0, failed, "retry")
    assert len(igny8("rules", "history", "blog", "--limit", "2")[1]) == 2
    shown = shell("rules", "history", "blog", "--execution", str(begun["id"]))[1]
    assert "roses" in shown
    assert "Waits for its turn" in shown


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["add", "blog", "Name"], "in one way"),
        (["add", "blog", "--ready-made", "weekly-run", "--file", "-"], "in one way"),
        (["add", "blog", "--ready-made", "nothing"], "no ready-made rule 'nothing'"),
        (["add", "blog", "Name", "--do", "cluster_keywords"], "--when is missing"),
        (["add", "blog", "Name", "--when", "keyword_added"], "--do is missing"),
        (["add", "blog", "Name", *SAID, "--if", "volume gte"], "is no condition"),
        (["add", "blog", "Name", *SAID, "--if", "size gte 3"], "conditions.1.field"),
        (["add", "blog", "Name", *SAID, "--if", "volume gte many"], "conditions.1.value"),
        (["add", "blog", "Name", *SAID, "--do", "cluster_keywords everything"], "is not NAME=VALUE"),
        (["add", "blog", "Name", *SAID, "--do", "dance"], "actions.1"),
        (["add", "blog", "Name", *SAID, "--do", "cluster_keywords items=999999"], "999999"),
        (["add", "blog", "Name", *SAID, "--schedule", "0 6 * * *"], "schedule"),
        (["add", "blog", "Name", *SAID, "--credits", "0.3"], "credit_limit_per_execution"),
        (["add", "blog", *SAID], "name"),
        (["show", "blog", "999999"], "no rule 999999"),
        (["delete", "blog", "999999"], "no rule 999999"),
        (["retry", "blog", "999999"], "no execution 999999"),
        (["history", "blog", "--execution", "999999"], "no execution 999999"),
    ],
)
@pytest.mark.usefixtures("site")
def test_what_cannot_be_done_is_refused_with_what_to_do(shell: Shell, arguments: list[str], told: str) -> None:
    code, printed = shell("rules", *arguments)
    assert code != 0
    assert told in one_line(printed)


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("content", ["", "[]", "{", "null", "\udce9", "[" * 100_000, '{"name": "A rule", "size": 3}'])
def test_a_file_that_is_no_rule_is_refused(shell: Shell, content: str, tmp_path: Path) -> None:
    file = tmp_path / "rule.json"
    file.write_bytes(content.encode(errors="surrogateescape"))
    code, printed = shell("rules", "add", "blog", "--file", str(file))
    assert (code != 0, "Traceback" in printed) == (True, False)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("volume gte 100", 100),
        ("cpc lt 0.5", 0.5),
        ("volume in 1, 2.5,many", [1, 2.5, "many"]),
        ("keyword contains garden shed", "garden shed"),
        ("keyword eq 100", "100"),
        ("disabled eq no", False),
        ("disabled eq TRUE", True),
        ("intent in commercial,informational", ["commercial", "informational"]),
        ("size eq 3", "3"),
    ],
)
def test_a_condition_is_read_as_its_facts_kind_has_it(words: str, value: object) -> None:
    read = condition_of(RuleTrigger.KEYWORD_ADDED, words)
    assert (read["value"], type(read["value"])) == (value, type(value))


@pytest.mark.parametrize(
    ("words", "params"),
    [
        ("cluster_keywords", {}),
        ("generate_ideas items=waiting", {"items": "waiting"}),
        ("cluster_keywords items=3,7,9", {"items": [3, 7, 9]}),
        ("cluster_keywords items=3", {"items": [3]}),
        ("optimize_content articles=all score_below=60", {"articles": "all", "score_below": 60}),
        ("run_pipeline stages=1", {"stages": [1]}),
        ("notify  New = fresh, items=3", {"message": "New = fresh, items=3"}),
    ],
)
def test_an_action_is_read_with_what_it_needs(words: str, params: dict[str, Any]) -> None:
    read = action_of(words)
    assert read["params"] == params
    assert RuleDocument.parse({"name": "A rule", "trigger": "keyword_added", "actions": [read]})
