"""Known vulnerabilities of the packages in both locks: `python -m tests.deployment.audit`, a part of `make check`.

One request of an OSV service (https://osv.dev; AUDIT_URL names another) asks for all packages at once: pip-audit asks
PyPI for each, and takes a mirror that answers 404 for a clean bill. No network, or a service that is ill, is said and
passes; a vulnerability fails unless include/security/accepted.json lists it:

    [{"id": "GHSA-…", "package": "name", "reason": "why it does not reach us", "until": "2027-01-31"}]
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")
ACCEPTED = ROOT / "include" / "security" / "accepted.json"
PIN = re.compile(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.M)
SERVICE = "https://api.osv.dev"
SECONDS = 20


@dataclass(frozen=True, order=True)
class Found:
    """A vulnerability of a package that a lock has."""

    package: str
    version: str
    id: str


class ServiceAway(Exception):
    """The service did not answer as one; says how."""


def pins(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Names and versions in lock files, each once."""
    return sorted({(match[1].lower(), match[2]) for text in texts for match in PIN.finditer(text)})


def ask(service: str, packages: list[tuple[str, str]]) -> list[Found]:
    """What the service knows of these versions. Raises ServiceAway."""
    queries = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in packages]
    try:
        answer = httpx.post(f"{service}/v1/querybatch", json={"queries": queries}, timeout=SECONDS)
        results = answer.raise_for_status().json()["results"]
        if len(results) != len(packages):
            raise ServiceAway(f"{len(results)} answers for {len(packages)} packages")
        return sorted(
            Found(*package, vulnerability["id"])
            for package, result in zip(packages, results, strict=True)
            for vulnerability in (result or {}).get("vulns", [])
        )
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ServiceAway(f"{type(error).__name__}: {error}") from None


def accepted(entries: list[dict[str, Any]], today: dt.date) -> set[tuple[str, str]]:
    """Package and number of what may be there for now. Raises ValueError for an entry without a reason or a date."""
    for entry in entries:
        if set(entry) != {"id", "package", "reason", "until"} or not str(entry["reason"]).strip():
            raise ValueError(f"{ACCEPTED.name}: each entry has id, package, reason and until, not {entry}.")
    return {(entry["package"], entry["id"]) for entry in entries if dt.date.fromisoformat(entry["until"]) >= today}


def main(service: str, listed: Path = ACCEPTED) -> int:
    """Ask, compare, tell; the exit code."""
    packages = pins((ROOT / name).read_text() for name in LOCKS)
    allowed = accepted(json.loads(listed.read_text()), dt.datetime.now(dt.UTC).date())
    try:
        found = ask(service, packages)
    except ServiceAway as error:
        print(f"Not audited: {service} does not answer ({error}).")  # noqa: T201 - the answer
        return 0
    bad = [each for each in found if (each.package, each.id) not in allowed]
    for each in bad:
        print(  # noqa: T201 - the answer
            f"{each.package} {each.version}: {each.id}. Take a version without it (`make lock`), or list it with a "
            f"reason and a date in {ACCEPTED.relative_to(ROOT)}."
        )
    print(f"{len(packages)} packages audited: {len(bad)} vulnerabilities, {len(found) - len(bad)} accepted.")  # noqa: T201
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(os.environ.get("AUDIT_URL", SERVICE), Path(os.environ.get("AUDIT_ACCEPTED", ACCEPTED))))
