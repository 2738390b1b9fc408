"""What tests of the outbox share."""

from __future__ import annotations

from tests.lib.pipeline.conftest import tools

__all__ = ["tools"]
