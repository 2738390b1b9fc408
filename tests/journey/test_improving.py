"""Articles that are linked and made better: in batches that an editor asks for, and in a run, in a real Airflow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from igny8_lib.amounts import Credits
from igny8_lib.models import Content, ContentStatus, ContentVersion, LedgerEntry, StageStatus
from igny8_lib.sites.improvement import LINK_KEY, OPTIMIZE_KEY
from igny8_lib.text.html import word_count
from tests.factories.articles import make_article
from tests.factories.in_runs import add_picture
from tests.journey.invariants import assert_at_rest
from tests.journey.members import Member, admin_of, editor_of
from tests.journey.site_rows import newest_run, site_of, stage_results
from tests.journey.sites import make_site, run_site
from tests.lib.linker.garden import TOPICS, make_source, make_target
from tests.stack import Stack, until

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(1800),
    pytest.mark.slow("batches wait for the next round of their DAG, and a run is a dozen task processes"),
]

SLUG = "improved"
DAG = "content_batches"
GROUPS = ("link", "optimize")
"""Of a site's DAG."""
WAITS = 300
"""Seconds for a batch, and for Airflow to read the site's DAG anew."""


@dataclass(frozen=True)
class Articles:
    """The numbers of a site's articles in review: one that names public ones, and one that names none."""

    naming: int
    without: int


@pytest.fixture(scope="module")
def articles(stack: Stack) -> Articles:
    """A site with public articles, and those that are to link to them."""
    stack.reset_sandbox()
    make_site(stack, SLUG, keywords=None)
    with stack.sessions.begin() as session:
        site = site_of(session, SLUG)
        for phrase, text in TOPICS.items():
            make_target(session, site, phrase, text)
        naming = make_source(session, site, slug="garden-year")
        without = make_article(session, site, html="<p>Nothing of the kind.</p>")
        for each in session.scalars(select(Content).where(Content.site_id == site.id)):
            each.word_count = word_count(each.html)
        return Articles(naming.id, without.id)


@pytest.fixture(scope="module")
def editor(stack: Stack, articles: Articles) -> Member:  # noqa: ARG001 - the site is there
    return editor_of(stack, SLUG)


def ask(editor: Member, path: str, *content_ids: int) -> dict[str, Any]:
    """Open a batch of these articles over the API, and follow it there to its end; how it is told then."""
    wish = {"content_ids": list(content_ids)}
    asked = editor.client.post(f"/igny8/api/v1/{path}/", params={"site": SLUG}, json=wish)
    assert asked.status_code == 202, asked.text
    opened = asked.json()
    assert (opened["status"], opened["pending"], opened["done"]) == ("pending", len(content_ids), 0)
    assert opened["requested_by"] == f"editor-of-{SLUG}"

    def ended() -> dict[str, Any] | None:
        answer = editor.client.get(opened["address"])
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        assert told["pending"] + told["done"] + told["skipped"] + told["failed"] == len(content_ids)
        return told if told["status"] not in {"pending", "running"} else None

    return until(ended, f"the batch of {path} has ended", WAITS)


def article(stack: Stack, content_id: int) -> Content:
    with stack.sessions() as session:
        return session.get_one(Content, content_id)


def charges(stack: Stack, operation: str) -> list[Credits]:
    """What the site's account was charged for an operation."""
    with stack.sessions() as session:
        mine = (LedgerEntry.site_id == site_of(session, SLUG).id, LedgerEntry.operation == operation)
        return [-amount for amount in session.scalars(select(LedgerEntry.amount).where(*mine))]


def kinds(stack: Stack, content_id: int) -> list[str]:
    """How the article's versions were made, in order."""
    query = select(ContentVersion.kind).where(ContentVersion.content_id == content_id)
    with stack.sessions() as session:
        return [kind.value for kind in session.scalars(query.order_by(ContentVersion.number))]


def assert_links_stand(content: Content) -> None:
    """The article has links, and its text shows each."""
    assert content.internal_links
    assert all(f'href="{link["href"]}"' in content.html for link in content.internal_links)


def test_a_batch_of_links_that_an_editor_asks_for_becomes_work_of_the_batches_dag(
    stack: Stack, editor: Member, articles: Articles
) -> None:
    ended = ask(editor, "linker/batch_process", articles.naming, articles.without)
    assert (ended["status"], ended["done"], ended["skipped"], ended["credits"]) == ("completed", 1, 1, 8), ended
    told = {item["content_id"]: item for item in editor.get(f"batches/{ended['id']}/articles")["articles"]}
    assert (told[articles.naming]["status"], told[articles.naming]["credits"]) == ("done", 8)
    assert (told[articles.without]["status"], told[articles.without]["credits"]) == ("skipped", 0)
    assert charges(stack, "linking") == [Credits.of(8)]
    assert_links_stand(article(stack, articles.naming))
    assert (kinds(stack, articles.naming), kinds(stack, articles.without)) == (["written", "linked"], [])
    assert "success" in states_of_workers(stack)
    assert_at_rest(stack.sessions, SLUG)


def states_of_workers(stack: Stack) -> set[str | None]:
    """How the workers of the DAG's last rounds have ended."""
    rounds = stack.airflow.call("GET", f"/dags/{DAG}/dagRuns?order_by=-id&limit=10")["dag_runs"]
    tasks = [task for each in rounds for task in stack.tasks(DAG, each["dag_run_id"])]
    return {task["state"] for task in tasks if task["task_id"] == "work"}


def test_a_batch_that_optimizes_makes_the_article_score_higher_and_is_charged_by_its_words(
    stack: Stack, editor: Member, articles: Articles
) -> None:
    before = article(stack, articles.naming)
    price = -(-before.word_count // 200)
    ended = ask(editor, "optimizer/batch_optimize", articles.naming)
    assert (ended["status"], ended["done"], ended["credits"]) == ("completed", 1, price), ended
    assert charges(stack, "optimization") == [Credits.of(price)]
    after = article(stack, articles.naming)
    (task,) = editor.get("optimizer/tasks", content_id=after.id)["tasks"]
    assert (task["status"], task["batch_id"]) == ("completed", ended["id"])
    assert after.score == task["score_after"] > task["score_before"]
    assert after.version == before.version + 1
    assert kinds(stack, after.id)[-1] == "optimized"
    assert_links_stand(after)
    assert_at_rest(stack.sessions, SLUG)


def test_a_run_goes_through_the_groups_link_and_optimize_where_the_site_has_them_on(
    stack: Stack, editor: Member, articles: Articles
) -> None:
    switches = {"link_in_runs": True, "optimize_in_runs": True}
    admin_of(stack, SLUG).put("optimizer/settings", {"settings": switches})
    wait_for_groups(stack)
    written = write(stack)
    paid, others = len(charges(stack, "optimization")), article(stack, articles.naming).version
    linked_before = len(charges(stack, "linking"))
    assert run_site(stack, SLUG) == "success"

    run = newest_run(stack.sessions, SLUG)
    results = stage_results(stack.sessions, run)
    assert {results[key].status for key in (LINK_KEY, OPTIMIZE_KEY)} == {StageStatus.COMPLETED}
    tasks = stack.tasks(run.dag_id, run.dag_run_id)
    assert {task["state"] for task in tasks if task["task_id"].split(".")[0] in GROUPS} == {"success"}
    shown = editor.get("automation/current_run")
    assert [(shown[f"{name}_result"]["done"], shown[f"{name}_result"]["total"]) for name in GROUPS] == [(1, 1)] * 2

    done = article(stack, written)
    assert (done.status, kinds(stack, done.id)) == (ContentStatus.REVIEW, ["written", "linked", "optimized"])
    assert_links_stand(done)
    assert charges(stack, "linking")[linked_before:] == [Credits.of(8)]
    assert len(charges(stack, "optimization")) == paid + 1
    assert article(stack, articles.naming).version == others, "what people have in review is no work of runs"
    assert_at_rest(stack.sessions, SLUG)


def write(stack: Stack) -> int:
    """An article as a run leaves it that ends behind stage 6: written, drawn, and seen by nobody. Its number."""
    with stack.sessions.begin() as session:
        facts = {"title": "A garden's month", "slug": "garden-month", "primary_keyword": "garden month"}
        written = make_source(session, site_of(session, SLUG), status=ContentStatus.DRAFT, **facts)
        written.word_count = word_count(written.html)
        add_picture(session, written)
        return written.id


def wait_for_groups(stack: Stack) -> None:
    """Until Airflow has read the site's DAG with both groups."""
    dag = f"site__{SLUG}"
    stack.wait_for_dag(dag)

    def there() -> bool | None:
        tasks = {task["task_id"] for task in stack.airflow.call("GET", f"/dags/{dag}/tasks")["tasks"]}
        return True if set(GROUPS) <= {name.split(".")[0] for name in tasks} else None

    until(there, "the DAG has the groups link and optimize", WAITS)
