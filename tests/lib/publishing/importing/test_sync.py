"""What people do in WordPress after the import, and what they do here: nothing is missed, nothing overwritten."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from igny8_lib import clock
from igny8_lib.errors import ChangedMeanwhile, Conflict, NotFound
from igny8_lib.models import (
    Content,
    ContentStatus,
    PostFound,
    Publication,
    PublicationStatus,
    PublicationTarget,
    SiteContentStatus,
    VersionKind,
)
from igny8_lib.publishing.importing import conflicts
from igny8_lib.publishing.importing.write_back import raw_of
from igny8_lib.review.edit import ArticleChanges, edit
from igny8_lib.review.versions import list_versions
from tests.factories.articles import make_article
from tests.lib.publishing.importing.conftest import Import

RAW = '<!-- wp:paragraph -->\n<p class="x">One.</p>\n<!-- /wp:paragraph -->\n[form]\n\n<p>Two.</p>'


def edit_here(imported: Import, content: Content, html: str) -> Content:
    with imported.sessions.begin() as session:
        changes = ArticleChanges(html=html)
        return edit(session, imported.site.id, content.id, changes, version=content.version, by="editor")


def published(imported: Import, number: int) -> Content:
    """An article of ours whose post has this number."""
    with imported.sessions.begin() as session:
        article = make_article(
            session, imported.site, title="Ours", html="<p>Our text.</p>", status=ContentStatus.PUBLISHED
        )
        now = clock.now()
        publication = Publication(
            site_id=imported.site.id,
            content_id=article.id,
            target=PublicationTarget.WORDPRESS,
            mark=f"mark-{number}",
            status=PublicationStatus.DONE,
            requested_by="calendar",
            due_at=now,
            next_attempt_at=now,
            content_version=1,
            external_id=str(number),
            published_at=now,
        )
        session.add(publication)
    return article


def publication_of(imported: Import, content: Content) -> Publication:
    with imported.sessions() as session:
        return session.scalars(select(Publication).where(Publication.content_id == content.id)).one()


def test_a_change_there_becomes_a_version_here(imported: Import) -> None:
    number = imported.write(post_content=RAW)
    imported.counts()
    imported.change(number, post_content=RAW.replace("One", "Changed"), post_title="Other")
    assert imported.counts() == {"changed": 1}
    content = imported.content(number)
    assert (content.title, content.version) == ("Other", 2)
    assert "Changed" in content.html
    with imported.sessions() as session:
        assert {each["kind"] for each in list_versions(session, imported.site.id, content.id)} == {VersionKind.IMPORTED}


def test_a_change_in_the_second_of_the_pass_is_not_missed(imported: Import) -> None:
    number = imported.write()
    imported.counts()
    post = imported.server.php(f"return get_post({number});")
    stamp = {name: post[name] for name in ("post_modified", "post_modified_gmt")}
    imported.change(number, post_content="<p>The same second.</p>")
    imported.server.php(f"return $wpdb->update($wpdb->posts, {php(stamp)}, ['ID' => {number}]);")
    assert imported.counts() == {"changed": 1}


def php(values: dict[str, str]) -> str:
    return "[" + ", ".join(f"'{name}' => '{value}'" for name, value in values.items()) + "]"


def test_a_pass_over_what_changed_does_not_read_the_rest(imported: Import) -> None:
    old = imported.write()
    new = imported.write()
    ages = php({"post_modified": "2020-01-01 00:00:00", "post_modified_gmt": "2020-01-01 05:00:00"})
    imported.server.php(f"return $wpdb->update($wpdb->posts, {ages}, ['ID' => {old}]);")
    assert imported.counts() == {"new": 2}
    imported.change(new, post_content="<p>New.</p>")
    assert imported.counts() == {"changed": 1}


def test_trashed_deleted_and_taken_back_are_told_apart_and_nothing_is_deleted_here(imported: Import) -> None:
    trashed, deleted, page = imported.write(), imported.write(), imported.write(post_type="page")
    imported.counts()
    imported.server.php(f"wp_trash_post({trashed}); wp_delete_post({deleted}, true); wp_delete_post({page}, true);")
    assert imported.counts() == {"trashed": 1}
    assert imported.content(deleted).status == ContentStatus.PUBLISHED, "seen by a full pass alone"
    assert imported.counts(full=True) == {"unchanged": 1, "deleted": 2}
    assert imported.content(trashed).sync_metadata["wordpress"]["status"] == "trash"
    for number in (deleted, page):
        content = imported.content(number)
        assert content.sync_metadata["wordpress"]["status"] == "deleted"
        assert (content.status, content.site_status) == (ContentStatus.DRAFT, SiteContentStatus.NOT_SCHEDULED)
    assert imported.counts(full=True) == {"unchanged": 1}
    imported.server.php(f"wp_untrash_post({trashed}); wp_publish_post({trashed});")
    imported.counts()
    assert imported.content(trashed).status == ContentStatus.PUBLISHED


def test_a_post_that_wordpress_published_by_its_clock_is_seen_although_it_was_not_changed(imported: Import) -> None:
    number = imported.write(post_status="future", post_date="2040-01-01 10:00:00", post_date_gmt="2040-01-01 15:00:00")
    ages = php({"post_modified": "2020-01-01 00:00:00", "post_modified_gmt": "2020-01-01 05:00:00"})
    imported.server.php(f"return $wpdb->update($wpdb->posts, {ages}, ['ID' => {number}]);")
    imported.counts()
    imported.server.php(f"return $wpdb->update($wpdb->posts, ['post_status' => 'publish'], ['ID' => {number}]);")
    assert imported.counts() == {"changed": 1}
    assert imported.content(number).status == ContentStatus.PUBLISHED


def test_changed_on_both_sides_is_a_conflict_and_nothing_is_overwritten(imported: Import) -> None:
    number = imported.write(post_content=RAW)
    imported.counts()
    ours = edit_here(imported, imported.content(number), "<p>Ours.</p>")
    imported.change(number, post_content="<p>Theirs.</p>")
    assert imported.counts() == {"conflicts": 1}
    assert imported.counts() == {"unchanged": 1}, "it is one conflict however often it is seen"
    assert imported.content(number).html == "<p>Ours.</p>"
    with imported.sessions() as session:
        assert [each["content_id"] for each in conflicts.list_conflicts(session, imported.site.id)] == [ours.id]
        sides = conflicts.show_conflict(session, imported.site.id, ours.id)
        assert (sides.ours.html, sides.theirs.html) == ("<p>Ours.</p>", "<p>Theirs.</p>")
        assert sides.difference.blocks
        with pytest.raises(Conflict, match="Decide which text wins"):
            raw_of(session, imported.content(number))


def test_taking_theirs_makes_a_version_and_closes_the_conflict(imported: Import) -> None:
    number = imported.write(post_content=RAW)
    imported.counts()
    content = edit_here(imported, imported.content(number), "<p>Ours.</p>")
    imported.change(number, post_content="<p>Theirs.</p>")
    imported.counts()
    with imported.sessions.begin() as session:
        with pytest.raises(ChangedMeanwhile):
            conflicts.take_theirs(session, imported.site.id, content.id, version=1, by="editor")
        conflicts.take_theirs(session, imported.site.id, content.id, version=2, by="editor")
    content = imported.content(number)
    assert (content.html, content.version) == ("<p>Theirs.</p>", 3)
    with imported.sessions() as session:
        assert conflicts.list_conflicts(session, imported.site.id) == []
        assert raw_of(session, content) == "<p>Theirs.</p>"
        with pytest.raises(NotFound):
            conflicts.show_conflict(session, imported.site.id, content.id)
    assert imported.counts() == {"unchanged": 1}
    imported.change(number, post_content="<p>Theirs again.</p>")
    assert imported.counts() == {"changed": 1}


def test_keeping_ours_keeps_theirs_as_a_version_and_writes_back_what_theirs_had_beside_its_text(
    imported: Import,
) -> None:
    number = imported.write(post_content=RAW)
    imported.counts()
    content = edit_here(imported, imported.content(number), "<p>Ours.</p><p>[form]</p><p>Two.</p>")
    imported.change(number, post_content=RAW.replace("One", "Theirs") + "<script>theirs()</script>")
    imported.counts()
    with imported.sessions.begin() as session:
        conflicts.keep_ours(session, imported.site.id, content.id, version=2, by="editor")
    content = imported.content(number)
    assert content.html == "<p>Ours.</p><p>[form]</p><p>Two.</p>"
    with imported.sessions() as session:
        kinds = [each["kind"] for each in list_versions(session, imported.site.id, content.id)]
        assert kinds == ["restored", "imported", "edited", "imported"]
        assert raw_of(session, content) == RAW.replace("One", "Ours") + "<script>theirs()</script>"
    assert imported.counts() == {"unchanged": 1}


def test_what_was_written_back_is_no_change_of_theirs(imported: Import) -> None:
    number = imported.write(post_content=RAW)
    imported.counts()
    content = edit_here(imported, imported.content(number), "<p>Ours.</p><p>[form]</p><p>Two.</p>")
    with imported.sessions() as session:
        written = raw_of(session, content)
    imported.change(number, post_content=written)
    imported.counts()
    with imported.sessions() as session:
        assert conflicts.list_conflicts(session, imported.site.id) == []
    assert imported.content(number).version == 2
    imported.change(number, post_content="<p>Theirs.</p>")
    assert imported.counts() == {"changed": 1}


def test_a_change_that_they_took_back_is_no_conflict_any_more(imported: Import) -> None:
    number = imported.write(post_content=RAW)
    imported.counts()
    edit_here(imported, imported.content(number), "<p>Ours.</p>")
    imported.change(number, post_content="<p>Theirs.</p>")
    imported.counts()
    imported.change(number, post_content=RAW)
    imported.counts()
    with imported.sessions() as session:
        assert conflicts.list_conflicts(session, imported.site.id) == []


def test_a_post_of_ours_is_not_doubled_and_what_people_changed_in_it_is_theirs_to_decide(imported: Import) -> None:
    number = imported.write(post_title="Ours", post_content='<p class="x">Our text.</p><!-- igny8:mark -->')
    article = published(imported, number)
    assert imported.counts() == {"unchanged": 1}
    assert publication_of(imported, article).found == PostFound.AS_PUBLISHED
    imported.change(number, post_content="<p>Their text.</p>")
    assert imported.counts() == {"conflicts": 1}
    assert publication_of(imported, article).found == PostFound.CHANGED
    with imported.sessions() as session:
        assert session.get_one(Content, article.id).html == "<p>Our text.</p>"
    with imported.sessions.begin() as session:
        conflicts.take_theirs(session, imported.site.id, article.id, version=1, by="editor")
    assert publication_of(imported, article).content_version == 2
    assert imported.counts() == {"unchanged": 1}
    with imported.sessions() as session:
        assert session.get_one(Content, article.id).html == "<p>Their text.</p>"


@pytest.mark.parametrize(("done", "found"), [("wp_trash_post", "trashed"), ("wp_delete_post", "deleted")])
def test_a_post_of_ours_that_people_took_away_is_marked(imported: Import, done: str, found: str) -> None:
    number = imported.write(post_title="Ours", post_content="<p>Our text.</p>")
    article = published(imported, number)
    imported.counts()
    imported.server.php(f"{done}({number}{', true' if found == 'deleted' else ''}); return 1;")
    assert imported.counts(full=True) == {found: 1}
    assert publication_of(imported, article).found == PostFound(found)


def test_a_post_that_a_publisher_makes_just_now_is_left_to_it(imported: Import) -> None:
    number = imported.write(post_title="Ours", post_content="<p>Our text.</p><!-- igny8:mark-7 -->")
    article = published(imported, 7)
    with imported.sessions.begin() as session:
        publication = session.scalars(select(Publication)).one()
        publication.external_id, publication.status = None, PublicationStatus.UNDER_WAY
    assert imported.counts() == {"skipped": 1}
    with imported.sessions.begin() as session:
        publication = session.scalars(select(Publication)).one()
        publication.external_id, publication.status = str(number), PublicationStatus.DONE
    assert imported.counts() == {"unchanged": 1}
    assert publication_of(imported, article).found == PostFound.AS_PUBLISHED
