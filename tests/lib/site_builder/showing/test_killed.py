"""Publishers die by SIGKILL at each file that a change of an article writes, and others come after them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest

from igny8_lib import clock
from igny8_lib.models import Content, PublicationStatus
from igny8_lib.publishing import actions
from tests.lib.publishing.killing import publish_and_die
from tests.lib.publishing.static_site import record
from tests.lib.site_builder.showing.harbour import Harbour


def move(harbour: Harbour, content: Content, number: int) -> None:
    """Another slug, title and tag."""
    harbour.ask_update(content, slug=f"moved-{number}", title=f"Moved {number}", tags=[f"tag-{number % 2}"])


def hide_or_show(harbour: Harbour, content: Content, number: int) -> None:
    """Take the article from the public, and the next time publish it again."""
    if number % 2:
        harbour.ask_unpublish(content)
    else:
        actions.publish_now(harbour.session, harbour.site, content.id, by="ann")
        harbour.session.commit()


@pytest.mark.slow("a process dies at each boundary, and each time another one goes on")
@pytest.mark.parametrize(("change", "least"), [(move, 20), (hide_or_show, 6)])
def test_whatever_kills_a_change_wherever_the_next_publisher_leaves_the_site_as_made_anew(
    harbour: Harbour, database_url: str, change: Callable[[Harbour, Content, int], None], least: int
) -> None:
    harbour.publish("stays", tags=["tag-1"], categories=["Yard"])
    content = harbour.publish("changes", tags=["boats"])
    kills = 0
    for number in count(1):
        change(harbour, content, number)
        if not publish_and_die(database_url, harbour.sites, number):
            break
        kills += 1
        assert harbour.work() == {"done": 1}, number
        harbour.assert_whole()
    assert kills >= least
    harbour.assert_whole()


@pytest.mark.slow("processes die, and each time another article goes out")
def test_what_a_dead_publisher_left_is_finished_by_the_next_article_of_the_site(
    harbour: Harbour, database_url: str
) -> None:
    """Nobody tries the dead one's work again: its record is beyond its last attempt."""
    harbour.publish("first", tags=["boats"])
    begun = 0
    for dies_at in range(8, 24, 2):
        content = harbour.due(f"dying-{dies_at}", tags=["boats", f"tag-{dies_at}"])
        assert publish_and_die(database_url, harbour.sites, dies_at)
        harbour.session.expire_all()
        record(harbour.session, content).next_attempt_at = clock.now() + timedelta(days=1)
        record(harbour.session, content).status = PublicationStatus.WAITING
        harbour.session.commit()
        harbour.publish(f"next-{dies_at}", tags=["boats"])
        harbour.assert_whole()
        begun += f"dying-{dies_at}" in harbour.sites.pages("harbour")
    assert begun >= 3


@pytest.mark.slow("processes die, and each time the article is changed once more")
def test_a_change_of_what_a_dead_publisher_has_half_changed_leaves_nothing_of_either(
    harbour: Harbour, database_url: str
) -> None:
    for slug in ("one", "two"):
        harbour.publish(slug, tags=["boats", "sails"])
    content = harbour.publish("changes", tags=["boats"])
    for dies_at in range(6, 20, 2):
        harbour.ask_update(content, tags=["other"], title=f"Changed {dies_at}")
        assert publish_and_die(database_url, harbour.sites, dies_at)
        record(harbour.session, content).status = PublicationStatus.DONE
        harbour.session.commit()
        harbour.session.expire_all()
        harbour.ask_update(content, tags=["sails"], title=f"Changed again {dies_at}")
        assert harbour.work() == {"done": 1}
        harbour.assert_whole()
        harbour.ask_update(content, tags=["boats"])
        harbour.work()
