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
from tests.deployment.proxied import ADMIN, PREFIX, Proxied, proxied
from tests.factories.sites import make_site

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
        make_site(session, slug="harbour")
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


def test_the_cookies_are_for_tls_and_for_the_prefix_alone(product: Proxied) -> None:
    client = product.signed_in()
    cookies = {cookie.name: cookie for cookie in client.cookies.jar}
    client.close()
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
    assert httpx.get(f"{product.server}{PREFIX}/execution/health", timeout=60).is_success


def test_built_websites_are_shown_by_the_same_proxy_at_the_root(product: Proxied) -> None:
    with product.client() as client:
        assert client.get("/harbour/").raise_for_status().text == "<h1>Harbour</h1>"
        answer = client.get("/harbour")
        assert urljoin(str(answer.url), answer.headers.get("location", "/harbour/")).startswith(product.secure)
