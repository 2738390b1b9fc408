"""Addresses of other websites, which may say whatever they like: what a browser may be sent to."""

from __future__ import annotations


def web_address(text: str | None) -> str:
    """The address where it is one of http or https; empty for everything else, javascript: above all."""
    return text if text and text.startswith(("https://", "http://")) else ""
