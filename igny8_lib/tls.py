"""The certificates that are believed, read once per process: to read them takes longer than most requests."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from functools import lru_cache


def believed(read: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """What an HTTP library's own `create_ssl_context` reads; anew where the environment names other certificates."""
    return once(read, os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@lru_cache(maxsize=8)
def once(read: Callable[[], ssl.SSLContext], _file: str | None, _folder: str | None) -> ssl.SSLContext:
    """The certificates as of the first time."""
    return read()
