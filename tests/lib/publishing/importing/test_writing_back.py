"""An imported article that was edited here goes back into its own post, and nothing that WordPress had is lost."""

from __future__ import annotations

from typing import Any

import pytest

from igny8_lib import clock
from igny8_lib.errors import Conflict
from igny8_lib.models import (
    Content,
    ContentStatus,
    PublicationStatus,
    Site,
)
from igny8_lib.publishing import actions
from igny8_lib.publishing.due import find_due
from igny8_lib.publishing.importing import conflicts
from igny8_lib.publishing.publisher import Publisher
from igny8_lib.review.edit import ArticleChanges, edit
from tests.lib.publishing.importing.conftest import Import, write_back

RAW = (
    '<!-- wp:paragraph -->\n<p class="intro">The first paragraph stays as people wrote it there.</p>\n'
    "<!-- /wp:paragraph -->\n\n[contact-form]\n\n<p>The second paragraph is about oak tables.</p>"
)


def edit_here(imported: Import, number: int, **changes: Any) -> Content:
    content = imported.content(number)
    with imported.sessions.begin() as session:
        wanted = ArticleChanges(**changes)
        return edit(session, imported.site.id, content.id, wanted, version=content.version, by="editor")


def post(imported: Import, number: int) -> dict[str, Any]:
    return imported.server.query(f"SELECT * FROM wp_posts WHERE ID = {number}")[0]  # noqa: S608 - a number


def test_the_changed_paragraph_goes_back_and_everything_else_stays_as_wordpress_had_it(
    imported: Import, publisher: Publisher
) -> None:
    number = imported.write(post_content=RAW, post_excerpt="Their own", post_title="Oak")
    imported.counts()
    before = post(imported, number)
    content = imported.content(number)
    html = content.html.replace("oak tables", "walnut tables")
    record = write_back(imported, publisher, edit_here(imported, number, html=html, title="Walnut & oak"))
    assert (record.status, record.error, record.external_id) == (PublicationStatus.DONE, None, str(number))
    after = post(imported, number)
    assert after["post_content"] == RAW.replace("oak tables", "walnut tables")
    kept = ("post_excerpt", "post_name", "post_date_gmt", "post_status", "post_author")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert after["post_title"] in {"Walnut & oak", "Walnut &amp; oak"}
    assert imported.server.query("SELECT count(*) AS n FROM wp_posts WHERE post_type = 'post'")[0]["n"] in {1, "1"}


def test_what_was_written_back_is_no_change_of_people_and_can_be_written_again(
    imported: Import, publisher: Publisher
) -> None:
    number = imported.write(post_content=RAW)
    imported.counts()
    for text in ("walnut", "beech"):
        html = imported.content(number).html
        changed = html.replace("oak", text).replace("walnut", text)
        assert write_back(imported, publisher, edit_here(imported, number, html=changed)).error is None
        assert f"{text} tables" in post(imported, number)["post_content"]
    assert "conflicts" not in imported.counts()
    assert imported.content(number).version == 3


def test_a_post_that_people_changed_meanwhile_is_left_as_it_is(imported: Import, publisher: Publisher) -> None:
    number = imported.write(post_content=RAW)
    imported.counts()
    content = edit_here(imported, number, html="<p>Ours.</p>")
    imported.change(number, post_content="<p>Theirs.</p>")
    record = write_back(imported, publisher, content)
    assert (record.status, record.cause) == (PublicationStatus.FAILED, "changed_there")
    assert post(imported, number)["post_content"] == "<p>Theirs.</p>"
    assert imported.content(number).status == ContentStatus.PUBLISHED


def test_an_undecided_conflict_is_not_written_back(imported: Import, publisher: Publisher) -> None:
    number = imported.write(post_content=RAW)
    imported.counts()
    content = edit_here(imported, number, html="<p>Ours.</p>")
    imported.change(number, post_content="<p>Theirs.</p>")
    assert imported.counts() == {"conflicts": 1}
    assert write_back(imported, publisher, content).cause == "conflict"
    assert post(imported, number)["post_content"] == "<p>Theirs.</p>"


def test_where_ours_was_kept_the_next_update_overwrites_what_people_changed(
    imported: Import, publisher: Publisher
) -> None:
    number = imported.write(post_content=RAW)
    imported.counts()
    content = edit_here(imported, number, html="<p>Ours.</p>")
    imported.change(number, post_content="<p>Theirs.</p>")
    imported.counts()
    with imported.sessions.begin() as session:
        conflicts.keep_ours(session, imported.site.id, content.id, version=content.version, by="editor")
    assert write_back(imported, publisher, imported.content(number)).error is None
    assert post(imported, number)["post_content"] == "<p>Ours.</p>"


@pytest.mark.parametrize("status", ["draft", "private"])
def test_a_post_that_is_not_public_gets_the_text_and_stays_so(
    imported: Import, publisher: Publisher, status: str
) -> None:
    number = imported.write(post_content=RAW, post_status=status)
    imported.counts()
    stood = imported.content(number).status
    record = write_back(imported, publisher, edit_here(imported, number, html="<p>Ours, and better.</p>"))
    assert (record.status, record.error) == (PublicationStatus.DONE, None)
    assert post(imported, number)["post_status"] == status
    assert imported.content(number).status == stood


def test_a_page_goes_back_as_a_page(imported: Import, publisher: Publisher) -> None:
    number = imported.write(post_content=RAW, post_type="page")
    imported.counts()
    html = imported.content(number).html.replace("oak", "ash")
    assert write_back(imported, publisher, edit_here(imported, number, html=html)).error is None
    assert post(imported, number)["post_content"] == RAW.replace("oak", "ash")


def test_the_post_of_an_imported_article_is_not_ours_to_take_away(imported: Import, publisher: Publisher) -> None:
    number = imported.write(post_content=RAW)
    imported.counts()
    for act in (actions.unpublish, actions.delete_post):
        with imported.sessions.begin() as session, pytest.raises(Conflict, match="came from WordPress"):
            act(session, session.get_one(Site, imported.site.id), imported.content(number).id, by="editor")
    with imported.sessions() as session:
        assert find_due(session, clock.now()) == []
    assert publisher.work().counts == {}
