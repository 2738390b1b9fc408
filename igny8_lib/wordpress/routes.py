"""What posts, media, terms and users ask a website through; client.py is it."""

from __future__ import annotations

from typing import Any, Protocol

from igny8_lib.wordpress.answers import Answer


class Routes(Protocol):
    """Signed requests to the routes of one website's REST API."""

    def get(self, path: str, **params: Any) -> Answer:  # noqa: ANN401 - as WordPress takes them
        """Read a route."""
        ...

    def post(self, path: str, fields: dict[str, Any], *, expected: int | None = None, **params: Any) -> Answer:  # noqa: ANN401
        """Write to a route."""
        ...

    def delete(self, path: str, **params: Any) -> Answer:  # noqa: ANN401
        """Delete what a route names."""
        ...

    def call(
        self,
        method: str,
        path: str,
        params: dict[str, Any],
        *,
        expected: int | None = None,
        **request: Any,  # noqa: ANN401
    ) -> Answer:
        """Any request."""
        ...
