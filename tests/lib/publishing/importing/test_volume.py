"""What an import costs: requests and statements by the page, whatever the volume."""

from __future__ import annotations

from typing import Any

import pytest

from igny8_lib.publishing.importing import state
from igny8_lib.publishing.importing.passes import step
from igny8_lib.publishing.importing.reading import Reader
from igny8_lib.wordpress.answers import Answer
from igny8_lib.wordpress.client import WordPress
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
    assert max(statements) <= 16
    statements, asked = costs(imported)
    assert asked.count("/wp/v2/posts") == pages
    assert max(statements) <= 14, "of posts that did not change"
