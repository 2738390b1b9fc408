"""`igny8 ideas`: what people type, what they read, and the exit codes."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from igny8_lib.models import ContentIdea
from tests.factories.planner import make_cluster, make_idea, make_task
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell


@pytest.fixture
def numbers(session: Session) -> list[str]:
    """The site `blog` with three new ideas; their ids."""
    site = make_site(session, slug="blog")
    cluster = make_cluster(session, site, "flowers")
    made = [make_idea(session, site, cluster, title) for title in ("Roses", "Tulips", "Lilies")]
    session.commit()
    return [str(idea.id) for idea in made]


def test_ideas_are_listed_shown_and_narrowed(igny8: Igny8, shell: Shell, numbers: list[str]) -> None:
    listed = igny8("ideas", "list", "blog")[1]
    assert [idea["title"] for idea in listed] == ["Roses", "Tulips", "Lilies"]
    assert set(listed[0]) >= {"id", "status", "priority", "competition_verdict", "competition", "approved_by", "task"}
    assert igny8("ideas", "list", "blog", "--status", "queued") == (0, [])
    assert "main keyword" in shell("ideas", "list", "blog", "--cluster", "Flowers")[1]
    assert igny8("ideas", "show", "blog", numbers[0])[1]["outline"][0] == "What it is"
    assert "1. What it is" in shell("ideas", "show", "blog", numbers[0])[1]
    assert shell("ideas", "show", "blog", "999999")[0] == 3


def test_people_approve_skip_restore_and_are_named(igny8: Igny8, numbers: list[str], session: Session) -> None:
    assert igny8("ideas", "approve", "blog", *numbers[:2], "--by", "ann")[1]["ideas"] == [int(n) for n in numbers[:2]]
    assert igny8("ideas", "skip", "blog", "--cluster", "flowers", "--reason", "no", "--by", "ben")[0] == 0
    skipped = igny8("ideas", "list", "blog", "--status", "skipped")[1]
    assert [(idea["skipped_by"], idea["skipped_reason"], idea["approved_by"]) for idea in skipped] == [
        ("ben", "no", "ann"),
        ("ben", "no", "ann"),
        ("ben", "no", None),
    ]
    assert len(igny8("ideas", "restore", "blog", "--all", "--by", "ann")[1]["ideas"]) == 3
    idea = session.get_one(ContentIdea, int(numbers[2]))
    assert (idea.status, idea.changed_by) == ("new", "ann")


def test_an_idea_is_edited(igny8: Igny8, numbers: list[str]) -> None:
    arguments = ("--title", "Old roses", "--section", "Why", "--section", "How", "--keyword", "old roses")
    code, idea = igny8("ideas", "edit", "blog", numbers[0], *arguments, "--type", "list", "--words", "900")
    assert code == 0
    assert (idea["title"], idea["outline"], idea["target_keywords"]) == ("Old roses", ["Why", "How"], ["old roses"])
    assert (idea["content_type"], idea["estimated_word_count"]) == ("list", 900)
    assert igny8("ideas", "edit", "blog", numbers[0])[0] == 2
    assert igny8("ideas", "edit", "blog", numbers[0], "--title", "tulips")[0] == 4
    assert igny8("ideas", "edit", "blog", numbers[0], "--words", "7")[0] == 2


def test_ideas_are_ordered(igny8: Igny8, shell: Shell, numbers: list[str]) -> None:
    roses, tulips, lilies = numbers

    def order() -> list[str]:
        return [str(idea["id"]) for idea in igny8("ideas", "list", "blog")[1]]

    assert "2 ideas put first." in shell("ideas", "order", "blog", lilies, tulips)[1]
    assert order() == [lilies, tulips, roses]
    assert igny8("ideas", "order", "blog", lilies, "--last")[0] == 0
    assert order() == [tulips, roses, lilies]
    assert igny8("ideas", "order", "blog", "--reset", "--all")[0] == 0
    assert order() == numbers
    for wrong in ((), ("--last", "--reset", roses), ("--all",), ("--reset",)):
        assert igny8("ideas", "order", "blog", *wrong)[0] == 2


def test_a_refusal_names_the_ideas(igny8: Igny8, session: Session, numbers: list[str]) -> None:
    site = make_site(session, slug="shop")
    task = make_task(session, site, make_cluster(session, site, "trees"), "Oaks")
    session.commit()
    code, error = igny8("ideas", "skip", "shop", str(task.idea_id))
    assert (code, f"{task.idea_id}: it is queued already" in error["message"]) == (4, True)
    code, error = igny8("ideas", "approve", "shop", numbers[0])
    assert (code, f"{numbers[0]}: the site has no such idea" in error["message"]) == (3, True)
    assert igny8("ideas", "approve", "shop")[0] == 2


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("competing_pages_threshold=0.4", "0.5"),
        ("competing_pages_threshold=1.1", "1"),
        ("competing_pages_threshold=nan", "competing_pages_threshold"),
        ("competing_pages_threshold=0.12345", "decimal places"),
        ("ideas_need_approval=perhaps", "ideas_need_approval"),
        ("competing_pages_enabled=7", "competing_pages_enabled"),
    ],
)
@pytest.mark.usefixtures("numbers")
def test_the_settings_on_ideas_have_bounds(igny8: Igny8, setting: str, told: str) -> None:
    code, error = igny8("config", "set", "blog", setting)
    assert (code, told in error["message"]) == (2, True)


@pytest.mark.usefixtures("numbers")
def test_the_settings_on_ideas_are_shown_and_set(igny8: Igny8) -> None:
    before = igny8("config", "show", "blog")[1]["settings"]
    names = ("ideas_need_approval", "competing_pages_enabled", "competing_pages_threshold")
    assert [before[name] for name in names] == [False, True, 0.85]
    changes = ("ideas_need_approval=true", "competing_pages_enabled=false", "competing_pages_threshold=0.9")
    after = igny8("config", "set", "blog", *changes)[1]["settings"]
    assert [after[name] for name in names] == [True, False, 0.9]
