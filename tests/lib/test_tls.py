"""Certificates are read once, unless others are named."""

from __future__ import annotations

import httpx
import pytest

from igny8_lib.tls import believed


def test_certificates_are_read_once() -> None:
    assert believed(httpx.create_ssl_context) is believed(httpx.create_ssl_context)


def test_other_certificates_in_the_environment_are_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    before = believed(httpx.create_ssl_context)
    monkeypatch.setenv("SSL_CERT_DIR", "/etc")
    assert believed(httpx.create_ssl_context) is not before
