"""Rules through the API: documents of them, and asking for the site "blog"."""

from __future__ import annotations

from typing import Any

from httpx import Response

from tests.plugins.web.house import API, House

CLUSTERING: dict[str, Any] = {
    "name": "Cluster what is searched for",
    "trigger": "keyword_added",
    "conditions": [{"field": "volume", "operator": "gte", "value": 100}],
    "actions": [{"type": "cluster_keywords", "params": {"items": "matched"}}],
    "max_executions_per_day": 3,
    "credit_limit_per_execution": 50,
}
"""When keywords are added and volume is at least 100, cluster them, at most 3 times a day for at most 50 credits."""


def rule(**changed: Any) -> dict[str, Any]:
    """A rule that can be saved, with other values."""
    return CLUSTERING | changed


def url(path: str = "", site: str = "blog", /, **query: object) -> str:
    """The address of something below a site's rules: "3/execute"."""
    below = f"{path}/" if path else ""
    return f"{API}/automation/rules/{below}?site={site}" + "".join(f"&{name}={value}" for name, value in query.items())


def tasks_url(path: str = "", site: str = "blog", /, **query: object) -> str:
    """The same for scheduled tasks."""
    return url(path, site, **query).replace("/automation/rules/", "/automation/scheduled-tasks/")


def post(
    house: House, path: str, body: Any = None, *, who: str = "owner", key: str = "", site: str = "blog"
) -> Response:
    """Ask a route below the rules to do something."""
    answer: Response = house.client(who).post(url(path, site), json=body, headers={"Idempotency-Key": key})
    return answer


def made(house: House, **changed: Any) -> dict[str, Any]:
    """A saved rule as it is told."""
    answer = post(house, "", rule(**changed))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found
