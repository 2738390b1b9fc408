"""What an import costs: requests and statements by the page, whatever the volume."""

from __future__ import annotations

from typing import Any

import pytest

from igny8_lib.publishing.importing import state
from igny8_lib.publishing.importing.passes import step
from igny8_lib.publishing.importing.reading import Reader
from igny8_lib.wordpress.answers import Answer
from igny8_lib.wordpress.client import WordPress
from tests.bench.import_process import Importing, Job
from tests.factories.sites import make_site
from tests.lib.publishing.importing.conftest import Import
from tests.statements import count_statements


class Counting(WordPress):
    """A client that counts its requests, by route."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.asked: list[str] = []

    def call(self, method: str, path: str, params: dict[str, Any], **request: Any) -> Answer:
        self.asked.append(path)
        return super().call(method, path, params, **request)


def costs(imported: Import) -> tuple[list[int], list[str]]:
    """The statements of each step of a full pass, and all requests."""
    with imported.sessions.begin() as session:
        state.ask(session, imported.site.id, full=True)
    engine, statements, alive = imported.sessions.kw["bind"], [], True
    with Counting(imported.server.connection(), allow_private=True) as website:
        reader = Reader(website)

        def go_on() -> None:
            nonlocal alive
            alive = step(imported.sessions, reader, imported.site.id)

        while alive:
            statements.append(count_statements(engine, go_on))
        return statements, website.asked


@pytest.mark.parametrize("number", [310, 910])
def test_statements_of_a_page_and_requests_are_constant(imported: Import, number: int) -> None:
    imported.write_many(number)
    statements, asked = costs(imported)
    pages = -(-(number - 1) // 99)
    assert asked.count("/wp/v2/posts") == pages
    assert len(asked) <= pages + 5, "beside the posts: who asks, pages, terms"
    assert max(statements) <= 22
    statements, asked = costs(imported)
    assert asked.count("/wp/v2/posts") == pages
    assert max(statements) <= 14, "of posts that did not change"


FEW, MANY = 100, 600
LONG_TEXT = "<p>" + "Tea is a drink that people make of leaves. " * 450 + "</p>"
"""20 kB: five hundred of them, kept, would show."""


@pytest.mark.slow("imports 700 long posts, in processes of their own")
def test_the_memory_of_an_import_does_not_grow_with_the_posts(imported: Import) -> None:
    connection, peaks = imported.server.connection(), []
    database = imported.sessions.kw["bind"].url.render_as_string(hide_password=False)
    password = connection.password.get_secret_value()
    for posts in (FEW, MANY):
        imported.server.reset()
        imported.server.add_posts(posts, post_content=LONG_TEXT)
        with imported.sessions.begin() as session:
            site_id = make_site(session).id
        job = Job(database, site_id, connection.url, connection.username, password)
        told = Importing(job).start().figures
        assert (told["state"], told["error"], told["counts"]["new"]) == ("finished", None, posts)
        assert told["pages"] == -(-(posts - 1) // 99)
        peaks.append(told["peak_mb"])
    assert peaks[1] < 1.1 * peaks[0]
