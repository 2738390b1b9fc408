"""Links are put into an article and paid for once; done again, nothing changes and nothing is paid."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.ai.meter import Charge
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.db.scope import Scope
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.errors import ChangedMeanwhile, Conflict, InsufficientCredits, ModuleDisabled, NotFound
from igny8_lib.linker.mending import mend_all
from igny8_lib.linker.paying import Paying
from igny8_lib.linker.preview import preview
from igny8_lib.linker.process import link, process
from igny8_lib.linker.reports import orphans
from igny8_lib.linker.splicing import read_links, remove
from igny8_lib.linker.undo import undo, undo_all
from igny8_lib.models import (
    Content,
    ContentStatus,
    ImprovementSettings,
    LedgerEntry,
    LinkTarget,
    Module,
    Operation,
    PlacedLink,
    PublicationStatus,
    VersionKind,
)
from igny8_lib.pipeline.spending import BudgetUsedUp
from igny8_lib.review.edit import ArticleChanges, edit
from igny8_lib.review.versions import find_version, list_versions, save
from igny8_lib.sites.modules import set_module
from tests.factories.publications import make_publication
from tests.factories.sites import make_site
from tests.lib.linker.garden import TOPICS, charges, make_garden, make_source, make_target, placed, read
from tests.statements import count_statements

EIGHT = Credits.of(8)


def change(session: Session, content: Content, html: str) -> Content:
    """Let a person save another text."""
    changes = ArticleChanges(html=html)
    return edit(session, content.site_id, content.id, changes, version=content.version, by="ben")


def test_links_are_put_in_as_the_next_version_with_their_record(session: Session) -> None:
    site = make_garden(session)
    content = make_source(session, site)
    before = content.html
    done = link(session, site.id, content.id, by="ann", batch_id=None)
    assert (done.links, done.credits, done.version, content.version) == (3, EIGHT, 2, 2)
    assert done.sentence.startswith("3 links put in, to “Pruning roses for beginners”")
    links = read_links(content.html)
    assert remove(content.html, links) == before == find_version(session, site.id, content.id, 1).html
    rows = placed(session, content)
    assert [(row.offset, row.href, row.anchor) for row in rows] == [
        (each.start, each.href, content.html[each.inner_start : each.inner_end]) for each in links
    ]
    assert {(row.placing, row.placed_by) for row in rows} == {(done.placing, "ann")}
    assert all(50 <= row.score <= 100 and row.why["relevance"] > 0 for row in rows)
    assert content.internal_links == [
        {"anchor": row.anchor, "href": row.href, "target": row.target_id, "offset": row.offset}
        | {"score": row.score, "why": row.why}
        for row in rows
    ]
    assert content.linker_version == 1
    newest = list_versions(session, site.id, content.id)[0]
    assert (newest["kind"], newest["made_by"], newest["note"]) == ("linked", "ann", "3 links")


def test_an_article_that_got_links_costs_8_credits_once(session: Session) -> None:
    site = make_garden(session)
    content = make_source(session, site)
    done = link(session, site.id, content.id, by="ann")
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.operation == Operation.LINKING)).one()
    assert (entry.amount, entry.idempotency_key, entry.created_by) == (-EIGHT, done.placing, "ann")
    assert (entry.site_id, entry.related_type, entry.related_id) == (site.id, "content", content.id)
    assert entry.metadata_ == {"links": 3}


def test_run_again_nothing_changes_and_nothing_is_paid(session: Session) -> None:
    site = make_garden(session)
    content = make_source(session, site)
    link(session, site.id, content.id, by="ann")
    html, links = content.html, content.internal_links
    for _ in range(2):
        done = link(session, site.id, content.id, by="ann")
        assert (done.links, done.credits, done.version, done.placing) == (0, ZERO, 2, None)
        assert (content.html, content.internal_links, content.linker_version) == (html, links, 1)
        read(session, site)  # and so it is when everything was read anew
    assert charges(session, site) == [EIGHT]


def test_an_article_without_links_costs_nothing_and_says_why(session: Session) -> None:
    site = make_garden(session)
    content = make_source(session, site, "nothing of the kind")
    done = link(session, site.id, content.id, by="ann")
    told = "No link was put in: nothing in its text names another public article of the site."
    assert (done.links, done.credits, done.version, done.sentence) == (0, ZERO, 1, told)
    assert charges(session, site) == []
    assert list_versions(session, site.id, content.id)[0]["number"] == 1


def test_without_credits_nothing_changes(session: Session, sessions: Sessions) -> None:
    site = make_garden(session, funds=7)
    content = make_source(session, site)
    session.commit()
    with pytest.raises(InsufficientCredits, match="8 credits are needed, 7 are available"):
        process(sessions, site.id, content.id, by="ann")
    session.refresh(content)
    assert (content.version, content.linker_version, content.internal_links) == (1, 0, [])
    assert (placed(session, content), charges(session, site)) == ([], [])


def test_some_of_the_targets_can_be_taken(session: Session) -> None:
    site = make_garden(session)
    content = make_source(session, site)
    target = session.scalars(select(LinkTarget.content_id).where(LinkTarget.title.startswith("Compost"))).one()
    done = link(session, site.id, content.id, by="ann", only=[target], version=1)
    assert [row.target_id for row in placed(session, content)] == [target]
    assert done.sentence == "1 link put in, to “Compost heap for beginners”."
    again = link(session, site.id, content.id, by="ann", only=[target, 999])
    why = f"{target} (nothing in its text names another public article of the site), 999 (nothing in its text names"
    assert again.sentence.startswith(f"No link was put in: {why}")


def test_links_chosen_for_an_older_version_are_refused(session: Session) -> None:
    site = make_garden(session)
    content = make_source(session, site)
    change(session, content, content.html + "<p>More.</p>")
    with pytest.raises(ChangedMeanwhile, match="version 2"):
        link(session, site.id, content.id, by="ann", version=1)
    assert content.version == 2


def test_links_that_people_took_out_are_not_put_in_again_unless_they_ask(session: Session) -> None:
    site = make_garden(session)
    content = make_source(session, site)
    before = content.html
    link(session, site.id, content.id, by="ann")
    targets = [row.target_id for row in placed(session, content)]
    change(session, content, before)
    assert [row["taken"] for row in preview(session, site.id, content.id).rows()].count(True) == 1
    done = link(session, site.id, content.id, by="ann")
    assert done.links == 1  # the fourth, for which there was no room
    reasons = [row["why_not"] for row in preview(session, site.id, content.id).rows()]
    assert reasons.count("people took a link to it out of this article") == 3
    gone = session.query(PlacedLink).filter(PlacedLink.removed_why == "people took it out").count()
    assert gone == 3
    asked = link(session, site.id, content.id, by="ann", only=[t for t in targets if t])
    assert asked.links == 2


def test_an_article_that_was_written_anew_is_linked_anew(session: Session) -> None:
    site = make_garden(session)
    content = make_source(session, site)
    before = content.html
    link(session, site.id, content.id, by="ann")
    session.commit()
    save(session, content, {"html": before}, kind=VersionKind.REGENERATED, by="writer")
    assert link(session, site.id, content.id, by="ann").links == 3
    why = session.query(PlacedLink.removed_why).filter(PlacedLink.removed_at.is_not(None)).all()
    assert [row[0] for row in why] == ["the article was written anew"] * 3


def test_a_preview_lists_the_candidates_with_their_sentences_and_what_would_be_put_in(session: Session) -> None:
    site = make_garden(session)
    content = make_source(session, site)
    seen = preview(session, site.id, content.id)
    assert (seen.content_id, seen.version, seen.reason_for_none) == (content.id, 1, "")
    assert "by their words alone" in seen.remark
    assert [row["taken"] for row in seen.rows()].count(True) == 3
    left = next(row for row in seen.rows() if not row["taken"])
    assert left["why_not"].startswith("the article has 3 links")
    assert left["sentence"].startswith(f"Many begin with {left['anchor']}")
    taken = {row["target_id"] for row in seen.rows() if row["taken"]}
    assert not session.dirty
    link(session, site.id, content.id, by="ann")
    assert {row.target_id for row in placed(session, content)} == taken
    empty = make_source(session, site, "nothing")
    assert preview(session, site.id, empty.id).reason_for_none.startswith("nothing in its text names")


def test_a_module_that_is_off_is_refused(session: Session) -> None:
    site = make_garden(session)
    content = make_source(session, site)
    set_module(session, site.account_id, Module.LINKER, enabled=False)
    for call in (lambda: link(session, site.id, content.id, by="ann"), lambda: preview(session, site.id, content.id)):
        with pytest.raises(ModuleDisabled):
            call()


@pytest.mark.parametrize("status", [ContentStatus.REJECTED, ContentStatus.FAILED])
def test_what_was_rejected_or_failed_gets_no_links(session: Session, status: ContentStatus) -> None:
    site = make_garden(session)
    content = make_source(session, site, status=status)
    with pytest.raises(Conflict, match="it gets no links"):
        link(session, site.id, content.id, by="ann")
    assert all(not row["taken"] for row in preview(session, site.id, content.id).rows())


def test_other_sites_articles_are_not_found(session: Session) -> None:
    content = make_source(session, make_garden(session))
    with pytest.raises(NotFound):
        link(session, make_site(session).id, content.id, by="ann")
    with pytest.raises(NotFound):
        link(session, 999_999, content.id, by="ann")


def test_the_settings_of_the_site_hold(session: Session) -> None:
    for settings, links in (
        ({"links_per_1000_words": 0}, 0),
        ({"links_per_1000_words": 2}, 2),
        ({"link_threshold": 100}, 0),
        ({"links_per_1000_words": 10}, len(TOPICS)),
    ):
        site = make_garden(session, improvement=settings)
        assert link(session, site.id, make_source(session, site).id, by="ann").links == links


def test_a_run_pays_by_its_own_price_and_budget(session: Session) -> None:
    site = make_garden(session)
    content = make_source(session, site)
    seen: list[object] = []

    def refuse(_: Session, charge: Charge) -> None:
        raise BudgetUsedUp(charge.operation, charge.reserve, ZERO, ZERO)

    five = Credits.of(5)
    paying = Paying(price=five, fence=lambda _: seen.append("fence"), allow=refuse, run_id=7, stage=6)
    with pytest.raises(BudgetUsedUp), session.begin_nested():
        link(session, site.id, content.id, by="run", paying=paying)
    allowing = Paying(price=five, allow=lambda _, charge: seen.append(charge.reserve), run_id=7, stage=6)
    session.expire_all()
    done = link(session, site.id, content.id, by="run", paying=allowing)
    assert (done.credits, seen) == (five, ["fence", five])
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.operation == Operation.LINKING)).one()
    assert (entry.run_id, entry.stage, entry.amount) == (7, 6, -five)


def test_links_that_cost_nothing_are_put_in_without_an_entry(session: Session) -> None:
    site = make_garden(session)
    done = link(session, site.id, make_source(session, site).id, by="ann", paying=Paying(price=ZERO))
    assert (done.links, done.credits, charges(session, site)) == (3, ZERO, [])


def test_the_work_takes_the_same_number_of_statements_however_many_targets_there_are(session: Session) -> None:
    counted = []
    for targets in (1, 2):
        site = make_garden(session)
        for number in range(30 * (targets - 1)):
            make_target(session, site, f"{number} garden gnomes", "Gnomes stand in gardens.")
        read(session, site)
        content = make_source(session, site)
        session.flush()
        counted.append(count_statements(session, lambda: link(session, site.id, content.id, by="ann")))  # noqa: B023
    assert counted[0] == counted[1]


def test_a_published_articles_post_follows_its_links_in_and_out(session: Session) -> None:
    site = make_garden(session, hosting_type="wordpress")
    content = make_source(session, site, status=ContentStatus.PUBLISHED)
    publication = make_publication(session, site, content)
    done = link(session, site.id, content.id, by="ann")
    assert done.sentence.endswith("Its post is updated within a minute.")
    assert (publication.status, publication.requested_by) == (PublicationStatus.WAITING, "ann")
    publication.status, publication.content_version = PublicationStatus.DONE, content.version
    undo(session, site.id, content_id=content.id, by="ben")
    assert (publication.status, publication.requested_by) == (PublicationStatus.WAITING, "ben")
    publication.status, publication.content_version = PublicationStatus.DONE, content.version
    change(session, content, content.html + "<p>A word more.</p>")
    again = link(session, site.id, content.id, by="ann")
    assert (again.links, publication.status) == (3, PublicationStatus.DONE)
    assert again.sentence.endswith("the article has changes that were not published yet.")


def test_whatever_the_threshold_nothing_is_left_to_be_put_in_by_another_run(session: Session) -> None:
    site = make_garden(session, improvement={"links_per_1000_words": 10, "links_to_one_target": 0})
    settings = session.get_one(ImprovementSettings, site.id)
    counted = set()
    for threshold in range(85, 97):
        settings.link_threshold = threshold
        content = make_source(session, site)
        counted.add(link(session, site.id, content.id, by="ann", paying=Paying(price=ZERO)).links)
        assert link(session, site.id, content.id, by="ann", paying=Paying(price=ZERO)).links == 0, threshold
    assert len(counted) > 1


def test_all_of_it_works_in_sessions_that_see_one_site_only(session: Session, sessions: Sessions) -> None:
    site = make_garden(session)
    other = make_garden(session)
    content, theirs = make_source(session, site), make_source(session, other)
    session.commit()
    narrow = scoped(sessions, Scope.of_sites(site.account_id, [site.id]))
    assert process(narrow, site.id, content.id, by="ann").links == 3
    assert undo_all(narrow, site.id, content_id=content.id, by="ann").removed == 3
    assert mend_all(narrow, [site.id]).removed == 0
    with narrow() as reading:
        assert orphans(reading, site.id).total == 4
        assert orphans(reading, other.id).total == 0
    with pytest.raises(NotFound):
        process(narrow, other.id, theirs.id, by="ann")
