"""An application that is imported when the first request comes: every process of Airflow loads the plugin, and only the
API server answers requests."""

from __future__ import annotations

import importlib
from functools import cached_property

from starlette.types import ASGIApp, Receive, Scope, Send


class Mounted:
    """Stands where the application will be; `module` has a function of the name `maker` that makes it."""

    def __init__(self, module: str, maker: str) -> None:
        self.module = module
        self.maker = maker

    @cached_property
    def app(self) -> ASGIApp:
        """The application itself."""
        app: ASGIApp = getattr(importlib.import_module(self.module), self.maker)()
        return app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request over."""
        await self.app(scope, receive, send)
