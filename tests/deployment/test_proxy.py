"""The whole product behind nginx that ends TLS, Airflow below a path: what people, scripts and visitors do there."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from tests.conftest import copy_of, run_on_server, with_database
from tests.deployment.proxied import ADMIN, CSRF_TOKEN, PREFIX, Proxied, proxied
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.factories.websites import make_website
from tests.stack import LONG

pytestmark = pytest.mark.slow(
    "one API server of Airflow's, whose database is migrated first, and nginx, for all of them"
)

PAGES = f"{PREFIX}/igny8/"
ADDRESS = re.compile(r'(?:href|src|action|hx-get|hx-post)="([^"#]+)"')


@pytest.fixture(scope="module")
def product(postgres_url: str, template_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """The product behind the proxy, with a site."""
    folder = tmp_path_factory.mktemp("proxied")
    names = [f"proxied_{kind}_{uuid.uuid4().hex[:12]}" for kind in ("airflow", "igny8")]
    run_on_server(postgres_url, f'CREATE DATABASE "{names[0]}"')
    run_on_server(postgres_url, copy_of(template_database, names[1]))
    metadata, url = (with_database(postgres_url, name) for name in names)
    engine = make_engine(url)
    with session_factory(engine, PLATFORM).begin() as session:
        site = make_site(session, slug="harbour")
        make_website(session, site, name="Harbour boats")
        make_keywords(session, site, ["boat repair"])
    engine.dispose()
    live = folder / "sites" / "harbour" / "v1"
    live.mkdir(parents=True)
    (live / "index.html").write_text("<h1>Harbour</h1>")
    (live.parent / "current").symlink_to("v1")
    try:
        with proxied(folder, metadata=metadata.replace("+psycopg:", "+psycopg2:"), product=url) as there:
            yield there
    finally:
        for name in names:
            run_on_server(postgres_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def admin(product: Proxied) -> Iterator[httpx.Client]:
    """Somebody who signed in by the form."""
    client = product.signed_in()
    yield client
    client.close()


def test_without_tls_everything_is_led_to_tls(product: Proxied) -> None:
    answer = httpx.get(f"{product.plain}{PAGES}?a=b")
    assert (answer.status_code, answer.headers["location"]) == (301, f"https://localhost{PAGES}?a=b")


def test_whoever_is_not_signed_in_is_led_to_the_login_and_back_again_below_the_prefix(product: Proxied) -> None:
    with product.client() as client:
        visit = {"Accept": "text/html", "Sec-Fetch-Dest": "document"}
        answer = client.get(f"{PAGES}sites/harbour", headers=visit)
        assert answer.is_redirect
        where = urlsplit(urljoin(str(answer.url), answer.headers["location"]))
        assert f"{where.scheme}://{where.netloc}" == product.secure
        assert where.path.startswith(f"{PREFIX}/")
        followed = client.get(answer.headers["location"], headers=visit, follow_redirects=True)
        assert followed.url.path == f"{PREFIX}/auth/login/"
        assert 'name="password"' in followed.text


def test_the_cookies_are_for_tls_and_for_the_prefix_alone(admin: httpx.Client) -> None:
    cookies = {cookie.name: cookie for cookie in admin.cookies.jar}
    assert cookies.keys() == {"_token", "session"}
    assert all(cookie.secure for cookie in cookies.values())
    assert all(cookie.path.startswith(PREFIX) for cookie in cookies.values()), cookies


def test_pages_and_everything_they_name_are_below_the_prefix(admin: httpx.Client) -> None:
    seen: set[str] = set()
    for page in (PAGES, f"{PAGES}sites/harbour"):
        answer = admin.get(page, follow_redirects=True)
        assert answer.is_success, (page, answer.status_code)
        found = {urljoin(str(answer.url), address) for address in ADDRESS.findall(answer.text)}
        assert found
        seen |= found
    for address in sorted(seen):
        assert urlsplit(address).path.startswith(f"{PREFIX}/"), address
    assets = [address for address in seen if "/static/" in address]
    assert assets
    assert {address: admin.get(address).status_code for address in assets} == dict.fromkeys(assets, 200)


def test_airflow_s_own_pages_and_api_are_below_the_prefix(admin: httpx.Client) -> None:
    page = admin.get(f"{PREFIX}/").raise_for_status()
    assert f'<base href="{PREFIX}/"' in page.text
    assert admin.get(f"{PREFIX}/api/v2/version").is_success
    assert admin.get("/api/v2/version").status_code == 404


def test_scripts_sign_in_and_use_the_api(product: Proxied) -> None:
    with product.client() as client:
        token = client.post(f"{PREFIX}/auth/token", json=ADMIN).raise_for_status().json()["access_token"]
        answer = client.get(
            f"{PAGES}api/v1/planner/keywords/?site=harbour", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.raise_for_status().headers["content-type"] == "application/json"


def write(client: httpx.Client, **headers: str) -> httpx.Response:
    """A write that rests on the cookie; it names nothing that is there, so that nothing is done."""
    return client.post(f"{PAGES}sites/harbour/keywords", headers=headers, data={"none": "x"})


def test_writes_of_the_product_s_own_pages_are_taken_and_those_of_others_refused(
    product: Proxied, admin: httpx.Client
) -> None:
    assert write(admin, Origin=product.secure).status_code != 403
    assert write(admin, Origin=product.secure, **{"HX-Request": "true"}).status_code != 403
    assert write(admin, Origin="https://evil.example").status_code == 403
    assert write(admin, Origin="https://localhost:1").status_code == 403


def test_a_write_of_a_part_of_a_page_is_done_and_its_links_stay_below_the_prefix(
    product: Proxied, admin: httpx.Client
) -> None:
    page = f"{PAGES}sites/harbour/planner/keywords"
    (keyword,) = set(re.findall(r'name="ids" value="(\d+)"', admin.get(page).raise_for_status().text))
    from_the_page = {"Origin": product.secure, "Sec-Fetch-Site": "same-origin", "HX-Request": "true"}
    answer = admin.post(f"{page}/disable", data={"ids": [keyword]}, headers=from_the_page)
    assert answer.status_code == 200, answer.text
    found = {urljoin(str(answer.url), address) for address in ADDRESS.findall(answer.text)}
    assert found
    assert all(urlsplit(address).path.startswith(f"{PREFIX}/") for address in found)
    asked = admin.get(f"{PAGES}api/v1/planner/keywords/?site=harbour").raise_for_status().json()
    assert "disabled" in str(asked)


def test_the_editor_s_preview_is_shown_without_a_cookie_and_leads_nowhere_else(
    product: Proxied, admin: httpx.Client
) -> None:
    websites = admin.get(f"{PAGES}sites/harbour/website").raise_for_status()
    (number,) = set(re.findall(r"/sites/harbour/website/(\d+)", websites.text))
    editor = admin.get(f"{PAGES}sites/harbour/website/{number}/edit", follow_redirects=True).raise_for_status()
    (frame,) = re.findall(r'<iframe id="preview"[^>]* src="([^"]+)"', editor.text)
    address = urljoin(str(editor.url), frame)
    assert urlsplit(address).path.startswith(f"{PREFIX}/igny8/previews/")
    with product.client() as nobody:
        home = nobody.get(address).raise_for_status()
        assert "Harbour boats" in home.text
        named = {urljoin(address, each) for each in ADDRESS.findall(home.text)}
        mine = {each for each in named if each.startswith(product.secure)}
        assert mine
        assert all(urlsplit(each).path.startswith(urlsplit(address).path) for each in mine)
        sheets = [each for each in mine if each.endswith(".css")]
        assert sheets
        assert [nobody.get(each).status_code for each in sheets] == [200] * len(sheets)


def test_links_in_messages_lead_through_the_proxy(product: Proxied, admin: httpx.Client) -> None:
    told = product.told_by(
        "from igny8_dags.notify import public_url; from igny8_lib.notifications.run_end import run_page;"
        "print(run_page(public_url(), 'site__harbour', 'manual__1'))"
    )
    assert told == f"{product.secure}{PREFIX}/dags/site__harbour/runs/manual__1"
    assert f'<base href="{PREFIX}/"' in admin.get(told).raise_for_status().text


def test_logins_are_counted_by_the_address_of_whoever_is_before_the_proxy(product: Proxied) -> None:
    with product.client("127.0.0.2") as guesser, product.client("127.0.0.3") as another:
        guesses = [guess(guesser, number) for number in range(8)]
        assert 429 in guesses, "the real address is seen, whatever he says of himself"
        assert guess(another, 9) != 429, "and nobody else is held up for him"


def guess(client: httpx.Client, number: int) -> int:
    """Sign in with a wrong password, under another made-up address each time."""
    page = client.get(f"{PREFIX}/auth/login/").raise_for_status()
    form = {"username": "admin", "password": "wrong", "csrf_token": CSRF_TOKEN.findall(page.text)[0]}
    lies = {"Referer": str(page.url), "X-Forwarded-For": f"10.0.0.{number}"}
    return client.post(f"{PREFIX}/auth/login/", data=form, headers=lies).status_code


def test_what_a_client_says_of_itself_is_not_believed(product: Proxied) -> None:
    lies = {"X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil"}
    with product.client() as client:
        answer = client.get(f"{PAGES}sites/harbour", headers=lies | {"Accept": "text/html"})
        assert "evil" not in str(answer.headers)
        page = client.get(f"{PREFIX}/auth/login/", headers=lies)
        assert "evil" not in page.text
        assert all("secure" in text.lower() for text in page.headers.get_list("set-cookie")), "the session's too"


def test_the_execution_api_of_tasks_is_not_reached_from_outside(product: Proxied) -> None:
    with product.client() as client:
        assert client.get(f"{PREFIX}/execution/docs").status_code == 404
    assert httpx.get(f"{product.server}{PREFIX}/execution/health", timeout=LONG).is_success


def test_built_websites_are_shown_by_the_same_proxy_at_the_root(product: Proxied) -> None:
    with product.client() as client:
        assert client.get("/harbour/").raise_for_status().text == "<h1>Harbour</h1>"
        answer = client.get("/harbour")
        assert urljoin(str(answer.url), answer.headers.get("location", "/harbour/")).startswith(product.secure)
