"""Every change of an article is a version, nobody overwrites what he never saw, and any version comes back."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.errors import ChangedMeanwhile, Conflict, InvalidInput, NotFound
from igny8_lib.models import Content, ContentSource, ContentVersion, Site
from igny8_lib.review.edit import ArticleChanges, edit
from igny8_lib.review.scores import analyse_article
from igny8_lib.review.versions import FIELDS, find_version, list_versions, restore
from tests.factories.articles import make_article
from tests.factories.sites import make_site


def change(session: Session, article: Content, version: int, **changes: object) -> Content:
    return edit(session, article.site_id, article.id, ArticleChanges(**changes), version=version, by="ann")  # type: ignore[arg-type]


def kept(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ContentVersion)) or 0


def test_an_article_that_was_never_changed_is_its_only_version_and_takes_no_row(
    session: Session, article: Content
) -> None:
    (only,) = list_versions(session, article.site_id, article.id)
    assert (only["number"], only["kind"], only["made_by"], only["title"]) == (1, "written", "igny8", article.title)
    assert only["made_at"] == article.created_at.isoformat()
    assert find_version(session, article.site_id, article.id, 1).html == article.html
    session.flush()
    assert kept(session) == 0


def test_an_imported_article_was_not_written_here(session: Session, site: Site) -> None:
    imported = make_article(session, site, source=ContentSource.WORDPRESS)
    (only,) = list_versions(session, site.id, imported.id)
    assert (only["kind"], only["made_by"]) == ("imported", "wordpress")


def test_a_change_keeps_what_was_there_before_and_says_who_made_it(session: Session, article: Content) -> None:
    title, html = article.title, article.html
    change(session, article, 1, title="Roses in spring", html="<p>Cut now.</p>")
    change(session, article, 2, tags=["roses"])
    session.expire_all()
    assert (article.version, article.title, article.word_count) == (3, "Roses in spring", 2)
    listed = list_versions(session, article.site_id, article.id)
    assert [(row["number"], row["kind"], row["made_by"]) for row in listed] == [
        (3, "edited", "ann"),
        (2, "edited", "ann"),
        (1, "written", "igny8"),
    ]
    first = find_version(session, article.site_id, article.id, 1)
    assert (first.title, first.html, first.word_count) == (title, html, 10)
    newest = find_version(session, article.site_id, article.id, 3)
    assert all(getattr(newest, name) == getattr(article, name) for name in FIELDS)


def test_scores_are_always_those_of_the_newest_text(session: Session, article: Content) -> None:
    article.optimization_scores = {"overall": 100, "text_version": 1}
    change(session, article, 1, html="<p>Cut now.</p>")
    kept = article.optimization_scores
    assert (kept["text_version"], kept["digest"]) == (2, analyse_article(session, article.site_id, article.id).digest)
    restore(session, article.site_id, article.id, 1, version=2, by="ann")
    assert (article.optimization_scores["text_version"], article.optimization_scores["digest"] != kept["digest"]) == (
        3,
        True,
    )


def test_saving_what_is_there_already_makes_no_version(session: Session, article: Content) -> None:
    change(session, article, 1, title=f" {article.title} ")
    assert (article.version, kept(session)) == (1, 0)


def test_a_change_of_an_older_version_is_refused_with_both_numbers_and_changes_nothing(
    session: Session, article: Content
) -> None:
    change(session, article, 1, title="Ann's title")
    with pytest.raises(ChangedMeanwhile, match=r"version 2 of .* while you changed version 1") as caught:
        change(session, article, 1, title="Ben's title")
    assert caught.value.facts == {"yours": 1, "now": 2}
    assert (article.title, kept(session)) == ("Ann's title", 2)


def test_a_version_that_is_still_to_come_cannot_be_changed(session: Session, article: Content) -> None:
    with pytest.raises(InvalidInput, match="no version 7; its newest is 1"):
        change(session, article, 7, title="x")


def test_of_two_people_who_save_at_the_same_instant_one_is_told(sessions: Sessions) -> None:
    with sessions.begin() as session:
        article = make_article(session, make_site(session))
    told: list[str] = []
    start = threading.Barrier(2)

    def save(name: str) -> None:
        start.wait()
        try:
            with sessions.begin() as session:
                change(session, article, 1, title=f"{name}'s title")
        except ChangedMeanwhile:
            told.append(name)

    people = [threading.Thread(target=save, args=(name,)) for name in ("Ann", "Ben")]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(told) == 1
    with sessions() as session:
        assert session.get_one(Content, article.id).title == ("Ben's title" if told == ["Ann"] else "Ann's title")
        assert kept(session) == 2


def test_any_version_is_restored_as_the_next_one(session: Session, article: Content) -> None:
    before = {name: getattr(article, name) for name in FIELDS}
    change(session, article, 1, title="Other", html="<p>Other words here.</p>", tags=["a", "b"], slug="other")
    restore(session, article.site_id, article.id, 1, version=2, by="ben")
    assert {name: getattr(article, name) for name in FIELDS} == before
    assert (article.version, article.word_count) == (3, 10)
    newest = list_versions(session, article.site_id, article.id)[0]
    assert (newest["kind"], newest["made_by"], newest["note"]) == ("restored", "ben", "version 1")
    with pytest.raises(ChangedMeanwhile):
        restore(session, article.site_id, article.id, 1, version=2, by="ben")
    with pytest.raises(NotFound, match="no version 9; its versions are 1 to 3"):
        restore(session, article.site_id, article.id, 9, version=3, by="ben")


def test_a_version_whose_address_went_to_another_article_is_not_restored(session: Session, article: Content) -> None:
    address = article.slug
    change(session, article, 1, slug="elsewhere")
    make_article(session, session.get_one(Site, article.site_id), slug=address)
    with pytest.raises(Conflict, match=f"the address '{address}'"):
        restore(session, article.site_id, article.id, 1, version=2, by="ben")
    assert (article.slug, article.version) == ("elsewhere", 2)


def test_articles_of_other_sites_are_not_there(session: Session, article: Content) -> None:
    other = make_site(session)
    for ask in (
        lambda: list_versions(session, other.id, article.id),
        lambda: find_version(session, other.id, article.id, 1),
        lambda: restore(session, other.id, article.id, 1, version=1, by="x"),
        lambda: edit(session, other.id, article.id, ArticleChanges(title="x"), version=1, by="x"),
    ):
        with pytest.raises(NotFound, match=f"no article {article.id}"):
            ask()


def test_the_list_of_versions_reads_no_html(session: Session, article: Content) -> None:
    for number in range(1, 6):
        change(session, article, number, title=f"Title {number}")
    session.commit()
    session.expunge_all()
    list_versions(session, article.site_id, article.id)
    rows = [row for row in session.identity_map.values() if isinstance(row, ContentVersion)]
    assert [row for row in rows if "html" in vars(row)] == []
