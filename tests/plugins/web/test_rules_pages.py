"""The pages of rules."""

from __future__ import annotations

from tests.plugins.web.house import PAGES, House

PAGE = f"{PAGES}/sites/blog/rules"


def test_nothing_yet_says_what_to_do(house: House) -> None:
    for path in ("", "/new", "/new?start=blank", "/history"):
        answer = house.browser("owner").get(PAGE + path)
        assert answer.status_code == 200, answer.text
