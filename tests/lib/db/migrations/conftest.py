"""Migrations and the empty schema: the tests here fill what they look at, and want nobody's rows before."""

from tests.conftest import database_url

__all__ = ["database_url"]
