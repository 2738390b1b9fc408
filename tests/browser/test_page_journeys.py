"""What people do on the pages besides runs: import, merge, approve, edit, decide, change settings; in the frame."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Frame, expect
from sqlalchemy import select

from igny8_lib.models import Cluster
from igny8_lib.sites.sites import site_by_slug
from tests.browser.demo import SITE, STEERED, Demo
from tests.browser.pages import PAGES, Page
from tests.browser.visitor import Visit
from tests.factories.planner import make_idea
from tests.stack import Stack

pytestmark = [pytest.mark.airflow, pytest.mark.slow("each opens pages in a browser inside Airflow's own")]

FILE = {"name": "harbour.txt", "mimeType": "text/plain", "buffer": b"harbour rope\nharbour buoy\nharbour rope\n"}
FOR_WRITERS = {
    "start",
    "import",
    "editor",
    "people",
    "spread",
    "optimizing-ask",
    "rules-start",
    "rule-new",
    "website-new",
}
"""Pages that a viewer is not shown at all."""
WRITES = """
form[method=post] button:enabled, form[hx-post] button:enabled, button[hx-post]:enabled, button[formaction]:enabled
"""


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in FOR_WRITERS], ids=lambda page: page.name)
def test_a_viewer_meets_no_button_that_changes_anything(page: Page, visit: Visit, demo: Demo) -> None:
    document = visit("demo-viewer").alone(page.path.format_map(demo.names))
    document.wait_for_selector(page.ready)
    assert document.locator(WRITES).all_inner_texts() == []


def test_a_file_is_looked_at_and_then_taken_over(visit: Visit) -> None:
    document = visit("demo-editor").framed(f"sites/{STEERED}/planner/import")
    document.get_by_label("File", exact=True).set_input_files(FILE)  # type: ignore[arg-type]
    document.get_by_role("button", name="Look at the file").click()
    expect(document.get_by_text("Nothing was changed yet.")).to_be_visible()
    document.get_by_role("button", name="Take over").click()
    expect(document.get_by_role("heading", name="taken over")).to_be_visible()


def test_clusters_are_merged(visit: Visit) -> None:
    document = visit("demo-editor").framed(f"sites/{SITE}/planner/clusters")
    kept, gone = document.locator("#list tbody th a").all_inner_texts()[:2]
    for name in (kept, gone):
        document.get_by_role("checkbox", name=f"Choose “{name}”", exact=True).check()
    document.get_by_label("Merge into").fill(kept)
    document.get_by_role("button", name="Merge", exact=True).click()
    expect(document.get_by_role("link", name=gone, exact=True)).to_have_count(0)
    expect(document.get_by_role("link", name=kept, exact=True)).to_be_visible()


def test_an_idea_is_approved(visit: Visit, stack: Stack) -> None:
    with stack.sessions.begin() as session:
        site = site_by_slug(session, SITE)
        cluster = session.scalars(select(Cluster).where(Cluster.site_id == site.id).limit(1)).one()
        title = make_idea(session, site, cluster, "Harbours to be approved by hand").title
    document = visit("demo-editor").framed(f"sites/{SITE}/planner/ideas?state=new")
    document.get_by_role("checkbox", name=f"Choose “{title}”").check()
    document.get_by_role("button", name="Approve", exact=True).click()
    expect(document.locator("#toast")).to_contain_text("approved")


@pytest.fixture
def article(visit: Visit, demo: Demo) -> Frame:
    """An article that waits for review; each test leaves it so."""
    document = visit("demo-editor").framed(f"sites/{SITE}/content/{demo.names['content']}")
    expect(document.get_by_role("button", name="Approve")).to_be_visible()
    return document


def assert_undone(document: Frame) -> None:
    """Take back what was decided, as the note offers."""
    document.get_by_role("button", name="Undo").click()
    expect(document.get_by_role("button", name="Approve")).to_be_visible()


def test_an_article_is_approved_and_the_approval_taken_back(article: Frame) -> None:
    article.get_by_role("button", name="Approve").click()
    expect(article.get_by_role("status").filter(has_text="is approved")).to_be_visible()
    assert_undone(article)


def test_an_article_is_rejected_with_a_reason_and_the_rejection_taken_back(article: Frame) -> None:
    article.locator("summary", has_text="Reject").click()
    article.get_by_role("group", name="Why?").get_by_role("checkbox").first.check()
    article.get_by_role("button", name="Reject this article").click()
    expect(article.get_by_role("status").filter(has_text="is rejected")).to_be_visible()
    assert_undone(article)


def test_an_article_is_edited_and_is_then_of_a_higher_version(article: Frame) -> None:
    article.get_by_role("link", name="Edit", exact=True).click()
    article.locator(".jodit-wysiwyg").wait_for()
    article.get_by_label("Title", exact=True).fill("A title by hand")
    article.get_by_role("button", name="Save", exact=True).click()
    expect(article.get_by_role("heading", level=1, name="A title by hand")).to_be_visible()
    expect(article.get_by_role("status").filter(has_text="is saved")).to_be_visible()


def test_a_rewrite_is_asked_for_and_withdrawn(article: Frame, demo: Demo) -> None:
    article.locator("summary", has_text="Ask for a rewrite").click()
    article.get_by_label("What the writer is told").fill("Say more about costs.")
    article.get_by_role("button", name="Ask for a rewrite").click()
    expect(article.get_by_role("status").filter(has_text="will be written anew")).to_be_visible()
    article.goto(re.sub(r"/sites/.*", f"/sites/{SITE}/content/{demo.names['content']}", article.url))
    article.get_by_role("button", name="Leave it as it is").click()
    expect(article.get_by_role("button", name="Approve")).to_be_visible()


def test_a_limit_and_the_shares_of_the_budget_are_changed(visit: Visit) -> None:
    visitor = visit("demo-owner")
    document = visitor.framed(f"sites/{SITE}/settings")
    document.get_by_label(re.compile("^Write: .* per run at most")).fill("7")
    document.get_by_role("button", name="Save settings").click()
    expect(document.locator("#toast")).to_contain_text("It holds from the next run on.")
    expect(document.get_by_label(re.compile("^Write: .* per run at most"))).to_have_value("7")

    more, less = document.locator("#budget-card input[type=number]").all()[:2]
    more.fill(str(int(more.input_value()) + 1))
    less.fill(str(int(less.input_value()) - 1))
    document.get_by_role("button", name="Save shares").click()
    expect(document.locator("#toast")).to_contain_text("Shares saved.")
