"""Keys that open the preview of one website for an hour: whom they were given, signed with the API server's secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import astuple, dataclass
from datetime import timedelta

from airflow.configuration import conf

from igny8_lib import clock
from igny8_lib.errors import NotFound

VALID = timedelta(hours=1)
PURPOSE = b"igny8 website previews"
"""What the secret is used for besides has keys of its own."""
GONE = "This preview has ended: load the page that it stands in again."


@dataclass(frozen=True)
class PreviewKey:
    """Who may look at which website, until when (seconds since 1970)."""

    account_id: int
    site_id: int
    blueprint_id: int
    person: str
    until: int


def issue(account_id: int, site_id: int, blueprint_id: int, person: str) -> str:
    """A key, as it stands in addresses."""
    until = int((clock.now() + VALID).timestamp())
    said = json.dumps(astuple(PreviewKey(account_id, site_id, blueprint_id, person, until)))
    body = base64.urlsafe_b64encode(said.encode()).rstrip(b"=").decode()
    return f"{body}.{signature(body)}"


def opened(key: str) -> PreviewKey:
    """What a key opens. Raises NotFound for one that is not ours, or too old."""
    body, _, signed = key.partition(".")
    if not hmac.compare_digest(signature(body).encode(), signed.encode()):
        raise NotFound(GONE)
    found = PreviewKey(*json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
    if found.until < clock.now().timestamp():
        raise NotFound(GONE)
    return found


def signature(body: str) -> str:
    """Of a key's text."""
    own = hmac.digest(conf.get("api", "secret_key").encode(), PURPOSE, "sha256")
    return hmac.new(own, body.encode(), hashlib.sha256).hexdigest()
