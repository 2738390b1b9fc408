"""How fast pages and API answer for a site of 1,000 runs, a million keywords, 100,000 articles and a million ledger
entries, from a running API server, to 1, 4 and 16 callers at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles

import httpx
from sqlalchemy import func, select

from igny8_lib.airflow_api.fab_users import FabUsers
from igny8_lib.airflow_api.people import Wish, add_person
from igny8_lib.db.session import make_engine
from igny8_lib.models import AutomationRun, Cluster, Content, Role, Site
from tests.bench.report import Report
from tests.bench.web_routes import addresses
from tests.factories.credits import make_funded_account
from tests.factories.site_volume import Volume, fill_site
from tests.factories.sites import make_site
from tests.factories.volume import fill_ledger
from tests.stack import Stack

ENTRIES = 1_000_000
CALLERS = (1, 4, 16)
REQUESTS = 32
"""To each address, by all callers together."""
AIM_MS = 50
"""Of the slowest in twenty, for one caller on two cores."""
PASSWORD = "a-password-of-the-bench"


def main() -> None:
    """Print the figures."""
    report = Report("Pages and API")
    with Stack.started() as stack:
        fill(stack)
        wish = Wish("ann", "ann@agency.example", "agency", Role.OWNER, (), PASSWORD)
        add_person(stack.sessions, FabUsers(stack.airflow), wish)
        client = client_of(stack)
        slow = [measure(report, client, address) for address in addresses(known(stack))]
    report.add("over the aim", addresses=[address for address, p95 in slow if p95 > AIM_MS], of=len(slow))
    report.show()


def fill(stack: Stack) -> None:
    """The site and its account."""
    with stack.sessions.begin() as session:
        account = make_funded_account(session, 10_000, slug="agency")
        site = make_site(session, account, slug="blog")
        pair = (account.id, site.id)
    owner = make_engine(stack.services.access.owner.replace("postgresql://", "postgresql+psycopg://"))
    fill_site(owner, pair[1], Volume())
    fill_ledger(owner, [pair], ENTRIES)  # with the tables' triggers off, which is the owner's alone
    owner.dispose()


def known(stack: Stack) -> dict[str, object]:
    """Values of the routes' parameters: the newest of each kind."""
    with stack.sessions() as session:
        site = session.scalars(select(Site).where(Site.slug == "blog")).one()
        return {
            "site": "blog",
            "slug": "blog",
            "site_id": site.id,
            "account": "agency",
            "run_id": session.scalar(select(AutomationRun.run_id).order_by(AutomationRun.id.desc()).limit(1)),
            "content_id": session.scalar(select(func.max(Content.id)).where(Content.site_id == site.id)),
            "cluster_id": session.scalar(select(func.max(Cluster.id)).where(Cluster.site_id == site.id)),
            "from": 1,
            "to": 1,
        }


def client_of(stack: Stack) -> httpx.Client:
    """A client of the account's owner."""
    base = stack.services.airflow_url
    token = httpx.post(f"{base}/auth/token", json={"username": "ann", "password": PASSWORD}).json()["access_token"]
    limits = httpx.Limits(max_connections=max(CALLERS), max_keepalive_connections=max(CALLERS))
    return httpx.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=60, limits=limits)


def measure(report: Report, client: httpx.Client, address: str) -> tuple[str, float]:
    """Ask an address by one caller and by more; the slowest in twenty for one."""
    first = client.get(address)
    figures: dict[str, object] = {"status": first.status_code, "kB": round(len(first.content) / 1024, 1)}
    alone = 0.0
    for callers in CALLERS:
        with ThreadPoolExecutor(callers) as pool:
            took = list(pool.map(lambda _: timed(client, address), range(REQUESTS)))
        p50, p95 = half_and_most(took)
        figures |= {f"p50_{callers}": p50, f"p95_{callers}": p95}
        alone = alone or p95
    report.add(address, **figures)
    return address, alone


def timed(client: httpx.Client, address: str) -> float:
    """Milliseconds of one request."""
    begun = time.perf_counter()
    client.get(address)
    return 1000 * (time.perf_counter() - begun)


def half_and_most(took: Sequence[float]) -> tuple[float, float]:
    """p50 and p95, in milliseconds."""
    cuts = quantiles(took, n=20)
    return round(cuts[9], 1), round(cuts[18], 1)


if __name__ == "__main__":
    main()
