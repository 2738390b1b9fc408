"""People are told of failed publications once per site, cause and day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import Content, Publication, PublicationStatus, PublicationTarget, Site
from igny8_lib.notifications.publishing_failed import PublishingFailure, compose
from igny8_lib.publishing.notices import claim_failures
from igny8_lib.publishing.outcomes import give_up
from igny8_lib.publishing.records import record_of
from tests.lib.publishing.static_site import make_due, make_static_site


def fail(session: Session, site: Site, cause: str = "forbidden", **values: object) -> Content:
    content = make_due(session, site, ago=timedelta(minutes=3 + session.query(Content).count()), **values)
    publication = record_of(session, content, PublicationTarget.STATIC)
    give_up(publication, cause, f"It is {cause}: mend it.")
    session.commit()
    return content


def claim(session: Session) -> list[PublishingFailure]:
    found = claim_failures(session, pages_url="https://airflow.example/")
    session.commit()
    return found


def test_many_articles_that_fail_for_one_cause_are_one_message(session: Session) -> None:
    site = make_static_site(session, slug="blog")
    titles = [fail(session, site).title for _ in range(3)]
    (failure,) = claim(session)
    assert failure.titles == tuple(titles)
    assert failure.sentence == "It is forbidden: mend it."
    assert failure.link == "https://airflow.example/igny8/sites/blog"
    fail(session, site)
    assert claim(session) == [], "the day's message about this cause has gone out"


def test_another_cause_and_another_site_are_other_messages(session: Session) -> None:
    site, other = make_static_site(session), make_static_site(session)
    fail(session, site)
    fail(session, site, "not_live")
    fail(session, other)
    assert {(each.site_slug, each.cause) for each in claim(session)} == {
        (site.slug, "forbidden"),
        (site.slug, "not_live"),
        (other.slug, "forbidden"),
    }


def test_what_failed_long_ago_is_told_to_nobody_and_the_next_day_is_told_anew(session: Session) -> None:
    site = make_static_site(session)
    fail(session, site)
    session.execute(update(Publication).values(next_attempt_at=clock.now() - timedelta(days=2)))
    assert claim(session) == []
    session.execute(update(Publication).values(next_attempt_at=clock.now() - timedelta(hours=23, minutes=59)))
    assert len(claim(session)) == 1
    fail(session, site)
    assert len(claim(session)) == 1
    assert claim(session) == []


def test_what_is_tried_again_is_told_no_more(session: Session) -> None:
    fail(session, make_static_site(session))
    session.execute(update(Publication).values(status=PublicationStatus.WAITING))
    assert claim(session) == []


@pytest.mark.parametrize(("count", "said"), [(1, "1 article could"), (12, "12 articles could")])
def test_the_message_says_how_many_which_and_what_to_do_and_runs_nothing_that_people_wrote(
    count: int, said: str
) -> None:
    titles = tuple(f"<b>Roses {number}</b> <!channel>" for number in range(count))
    failure = PublishingFailure(
        1, "blog", "Blog", "blog.example", "forbidden", "Make it an author.", titles, "https://x"
    )
    message = compose(failure)
    assert said in message.subject
    assert "Make it an author." in message.text
    assert "<b>Roses" not in message.html
    assert "&lt;b&gt;Roses 0" in message.html
    assert ("and 2 more" in message.text) == (count == 12)
    assert "<!channel>" not in message.slack_text
