"""Texts that others wrote stay texts, on every page, in every table that is sent, and no secret is in any answer."""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag
from httpx import Response
from sqlalchemy import Column, Enum, String, Table, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site
from igny8_lib.rules.documents import NAME
from tests.factories.tenants import tenant_tables
from tests.plugins.web.furniture import furnish_site, things_of
from tests.plugins.web.house import House
from tests.plugins.web.routes import WebRoute, all_routes
from tests.plugins.web.samples import Known, Sample

pytestmark = pytest.mark.slow("asks every page and every route for hostile texts")

MARKUP = " ".join(
    (
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        "</title></textarea></style><script>alert(1)</script>",
        "{{7*7}}{%raw%}${7*7}",
    )
)
HOSTILE = (MARKUP, "javascript:alert(1)")
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
"""What a charge is in a table that is sent: no spreadsheet computes anything of it."""
KEPT = {"content_type", "slug", "username", "timezone", "language", "dag_id", "dag_run_id", "run_id", "file"}
"""Columns that say where something is, in forms of their own, or are one of a few words."""
OWN_FORMS = {"automation_configs", "publishing_settings"}
"""Tables whose texts are read as choices."""
SHORT = {"automation_rules": NAME}
"""Tables whose texts are read back as what people may write, and how long that may be."""
LINKS = ("href", "src", "action", "formaction", "xlink:href", "poster", "data", "hx-get", "hx-post", "hx-delete")
HARMLESS = ("http:", "https:", "mailto:", "tel:")
SECRETS = {
    "AIRFLOW_CONN_IGNY8_WORDPRESS_BLOG": "http://editor:swordfish-of-wordpress@blog.example",
    "AIRFLOW_CONN_IGNY8_SMTP": "smtp://post:swordfish-of-smtp@mail.example",
    "IGNY8_AI_API_KEY": "swordfish-of-ai",
    "IGNY8_AIRFLOW_PASSWORD": "swordfish-of-airflow",
}


def texts_of(table: Table) -> list[Column[str]]:
    """The columns of a table that hold what somebody wrote."""
    return [
        column
        for column in table.c
        if isinstance(column.type, String)
        and not isinstance(column.type, Enum)
        and not column.foreign_keys
        and not column.primary_key
        and column.name not in KEPT
    ]


def write_everywhere(session: Session, slug: str, text: str) -> int:
    """Put the text wherever the site or its account has one that may be anything; says into how many columns."""
    site, written = session.scalars(select(Site).where(Site.slug == slug)).one(), 0
    values = {"site_id": site.id, "account_id": site.account_id, "id": site.account_id}
    for table in tenant_tables():
        if table.name in OWN_FORMS:
            continue
        kept = text[: SHORT.get(table.name, len(text))]
        owner = "id" if table.name == "accounts" else next(name for name in values if name in table.c)
        for column in texts_of(table):
            try:
                with session.begin_nested():
                    mine = table.c[owner] == values[owner]
                    session.execute(update(table).where(mine).values({column.name: kept}))
                    written += 1
            except DBAPIError:
                continue  # a column with a form of its own
    return written


@pytest.fixture
def things(house: House, sessions: Sessions) -> Known:  # noqa: ARG001 - the house has the site
    with sessions.begin() as session:
        return furnish_site(session, "blog")


def reads(house: House) -> list[WebRoute]:
    """The routes that change nothing."""
    return [route for route in all_routes(house.app) if not route.is_write]


def named_now(sessions: Sessions) -> Known:
    """What the blog's things are called by now."""
    with sessions() as session:
        return things_of(session, session.scalars(select(Site).where(Site.slug == "blog")).one())


def answers(house: House, sessions: Sessions, who: str = "owner") -> Iterator[tuple[WebRoute, Response]]:
    """What every route that is read answers."""
    known = named_now(sessions)
    for route in reads(house):
        yield route, Sample(route, known).send(house.browser(who))


def is_sandboxed(answer: Response) -> bool:
    """Whether nothing of the answer can run, whatever it holds: a preview of somebody's article."""
    policy = answer.headers["content-security-policy"]
    return "sandbox" in policy and "allow-scripts" not in policy


def faults(page: BeautifulSoup) -> Iterator[str]:
    """What of a page would run, or lead to something that does, and is not the frame's own."""
    for element in page.find_all():
        if not isinstance(element, Tag):
            continue
        attributes = {name.lower(): str(value) for name, value in element.attrs.items()}
        yield from (f"<{element.name} {name}>" for name in attributes if name.startswith(("on", "hx-on", "hx:on")))
        if "style" in attributes:
            yield f"<{element.name} style>"
        if element.name == "script" and (element.text or not attributes.get("src", "").startswith("/igny8/static/")):
            yield str(element)
        if element.name == "style" or attributes.get("src") == "x":
            yield str(element)
        if element.name == "iframe" and "sandbox" not in attributes:
            yield "<iframe> without a sandbox"
        for name in LINKS:
            target = attributes.get(name, "").strip().lower()
            if ":" in target.split("/")[0].split("?")[0].split("#")[0] and not target.startswith(HARMLESS):
                yield f"<{element.name} {name}={target}>"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_a_text_on_every_page(
    house: House,
    sessions: Sessions,
    things: Known,  # noqa: ARG001 - what the texts are written into
    text: str,
) -> None:
    with sessions.begin() as session:
        assert write_everywhere(session, "blog", text) > 20
    seen, found = "", []
    for route, answer in answers(house, sessions):
        assert answer.status_code < 500, f"{route}: {answer.text[-400:]}"
        if "html" in answer.headers.get("content-type", "") and not is_sandboxed(answer):
            page = BeautifulSoup(answer.text, "html.parser")
            found += [f"{route}: {fault}" for fault in faults(page)]
            seen += page.get_text()
    assert found == []
    assert text in seen


def test_no_cell_of_a_table_that_is_sent_begins_a_formula(house: House, sessions: Sessions, things: Known) -> None:
    browser = house.browser("owner")
    tables = [route for route, answer in answers(house, sessions) if "csv" in answer.headers.get("content-type", "")]
    for text in FORMULAS if tables else ():
        with sessions.begin() as session:
            write_everywhere(session, "blog", text)
        for route in tables:
            answer = Sample(route, things).send(browser)
            cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]
            said = [cell for cell in cells if not NUMBER.fullmatch(cell)]
            assert [cell for cell in said if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == [], str(route)


def test_no_secret_is_in_any_answer_or_log(
    house: House, sessions: Sessions, things: Known, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    caplog.set_level(logging.DEBUG)
    told = []
    for who in ("owner", "admin"):
        for route, answer in answers(house, sessions, who):
            told += [str(route)] if "swordfish" in f"{answer.headers}{answer.text}" else []
    for route in all_routes(house.app):
        if route.is_write:
            answer = Sample(route, things).send(house.client("owner"))
            told += [str(route)] if "swordfish" in f"{answer.headers}{answer.text}" else []
    assert told == []
    assert "swordfish" not in caplog.text


def test_every_answer_carries_what_keeps_it_harmless(house: House, things: Known) -> None:
    for who in ("owner", "stranger", ""):
        for route in all_routes(house.app):
            answer = Sample(route, things).send(house.client(who))
            policy = answer.headers["content-security-policy"]
            if route.path.endswith("/edit"):  # the editor sizes its own parts, by attributes alone
                policy = policy.replace("; style-src-attr 'unsafe-inline'", "")
            assert "unsafe" not in policy, str(route)
            assert "frame-ancestors 'self'" in policy, str(route)
            assert answer.headers["x-content-type-options"] == "nosniff", str(route)
            assert "private" in answer.headers["cache-control"] or "no-store" in answer.headers["cache-control"]
            assert not {"server", "x-powered-by", "x-frame-options"} & set(answer.headers), str(route)
    for path in (
        "/igny8/health",
        "/igny8/static/frame.js",
        "/igny8/static/nothing",
        "/igny8/nothing",
        "/igny8/api/v9/x",
    ):
        assert "frame-ancestors 'self'" in house.client().get(path).headers["content-security-policy"]
