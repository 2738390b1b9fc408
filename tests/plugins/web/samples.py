"""Requests that fit a route's description, made of the description: what stands for what is told by names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response

from tests.plugins.web.routes import WebRoute

Known = Mapping[str, int | str]
"""What names stand for: `content` an article's id, `run` a run's name, `site` a slug, …"""

SAME_KIND = {
    "batch": "content_batche",
    "merge": "cluster_merge",
    "idea": "content_idea",
    "picture": "image",
    "asset": "site_asset",
    "blueprint": "site_blueprint",
    "page": "site_page",
    "build": "site_build",
    "article": "content",
    "review": "content",
    "rule": "automation_rule",
    "execution": "rule_execution",
}
"""Words of paths and fields for things that are called otherwise as tables."""
TEXTS = {
    "timezone": "UTC",
    "language": "en",
    "domain": "new.example",
    "email": "new@agency.example",
    "time": "09:00",
    "sort": "id",
}
FORMATS: dict[str, str | bytes] = {
    "date-time": "2026-11-01T09:00:00Z",
    "date": "2026-11-01",
    "time": "09:00:00",
    "binary": b"keyword\nshed\n",
}
PLACES = ("site", "slug", "account", "site_id", "account_id")


@dataclass(frozen=True)
class Sample:
    """A request: everything that the route takes, or only what it must have."""

    route: WebRoute
    known: Known
    whole: bool = False
    changed: Mapping[str, Any] = field(default_factory=dict)
    """Values of parameters that are another one than the names say."""

    def names(self) -> tuple[object, ...]:
        """What it names: the request without its sending."""
        return self.url(), self.parameters("query"), self.body()

    def send(self, client: TestClient, **more: Any) -> Response:
        """Ask it."""
        query = self.parameters("query")
        body = self.body()
        answer: Response = client.request(self.route.method, self.url(), params=query, **body, **more)
        return answer

    def url(self) -> str:
        """The path with its parameters."""
        given = self.parameters("path", needed=True)
        return re.sub(r"\{(\w+)[^}]*\}", lambda found: str(given.get(found[1], "x")), self.route.path)

    def parameters(self, place: str, *, needed: bool = False) -> dict[str, Any]:
        """Those of the path or of the query."""
        described = [each for each in self.route.operation.get("parameters", []) if each["in"] == place]
        return {
            each["name"]: self.changed.get(each["name"], self.value(each["name"], each.get("schema", {})))
            for each in described
            if needed or self.whole or each.get("required") or each["name"] in PLACES or each["name"] in self.changed
        }

    def body(self) -> dict[str, Any]:
        """As the client takes it: json, or data and files of a form."""
        content = self.route.operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            return {"json": self.value("", content["application/json"]["schema"])}
        for kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
            if kind in content:
                fields: dict[str, Any] = self.value("", content[kind]["schema"])
                files = [(name, (f"{name}.csv", each)) for name, value in fields.items() for each in bytes_of(value)]
                data = {name: value for name, value in fields.items() if not bytes_of(value)}
                return {"data": data} | ({"files": files} if files else {})
        return {}

    def value(self, name: str, schema: Mapping[str, Any]) -> Any:
        """A value of a schema for something of that name."""
        own = schema.get("examples")
        schema = self.resolved(schema)
        fixed = (own or schema.get("enum", schema.get("examples", [None])))[0]
        if "const" in schema or fixed is not None:
            return schema.get("const", fixed)
        return getattr(self, f"an_{schema.get('type', 'object' if 'properties' in schema else 'string')}")(name, schema)

    def an_integer(self, name: str, schema: Mapping[str, Any]) -> int:
        """The id that the name stands for, else the least that is allowed."""
        stands_for = self.named(name)
        return stands_for if isinstance(stands_for, int) else max(1, schema.get("minimum", 1))

    def an_number(self, _name: str, schema: Mapping[str, Any]) -> float:
        """The least that is allowed."""
        return float(schema.get("minimum", 1))

    def an_boolean(self, _name: str, _schema: Mapping[str, Any]) -> bool:
        """No."""
        return False

    def an_array(self, name: str, schema: Mapping[str, Any]) -> list[Any]:
        """One entry, or as many as there must be."""
        return [self.value(name, schema.get("items", {}))] * max(1, schema.get("minItems", 1))

    def an_string(self, name: str, schema: Mapping[str, Any]) -> str | bytes:
        """A text; a file's content where the schema says so."""
        is_file = "contentMediaType" in schema or schema.get("format") == "binary"
        stands_for = self.named(name)
        plain = FORMATS.get("binary" if is_file else schema.get("format", ""), TEXTS.get(name, "text"))
        return plain if stands_for is None else str(stands_for)

    def an_object(self, name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        """An object: its properties, or one entry where it has names of any kind."""
        needed = set(schema.get("required", ()))
        found = {
            each: self.changed.get(each, self.value(each, of))
            for each, of in schema.get("properties", {}).items()
            if self.whole or each in needed or each in self.changed
        }
        others = schema.get("additionalProperties")
        if isinstance(others, dict) and others and (self.whole or not found):
            key = self.value(name, schema.get("propertyNames", {})) if "propertyNames" in schema else "text"
            found[str(self.named("ids") or key)] = self.value(name, others)
        return found

    def named(self, name: str) -> int | str | None:
        """What a name stands for: `cluster_id` the cluster, `ids` and `id` what the path speaks of."""
        if name in self.known:
            return self.known[name]
        if name in {"id", "ids", "item_id", "items"}:
            words = re.sub(r"\{.*?\}", "", self.route.path).split("/")
            return next((found for word in reversed(words) if (found := self.thing(word)) is not None), None)
        return self.thing(re.sub(r"_ids?$", "", name)) if re.search(r"_ids?$", name) else None

    def thing(self, word: str) -> int | str | None:
        """The thing that a word is about, in the singular or the plural."""
        for one in (word, word.removesuffix("s")):
            for kind in (one, SAME_KIND.get(one, one)):
                if kind in self.known and kind not in PLACES:
                    return self.known[kind]
        return None

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema itself: references followed, the first of several ways taken that is not null."""
        while {"$ref", "anyOf", "oneOf", "allOf"} & schema.keys():
            if "$ref" in schema:
                schema = self.route.components[schema["$ref"].rsplit("/", 1)[-1]]
            else:
                ways = schema.get("anyOf") or schema.get("oneOf") or schema["allOf"]
                schema = next(way for way in ways if way.get("type") != "null")
        return schema


def bytes_of(value: object) -> list[bytes]:
    """The files of a form's field, which takes one or several; none of any other field."""
    several = value if isinstance(value, list) else [value]
    return [each for each in several if isinstance(each, bytes)]


def said(answer: Response) -> str:
    """What an answer says, in a line: a problem's sentence, or a page's heading and text."""
    if "json" in answer.headers.get("content-type", ""):
        return f"{answer.status_code} {answer.text[:300]}"
    words = re.findall(r"<h2>(.*?)</h2><p[^>]*>(.*?)</p>", answer.text) or [(answer.text[:200],)]
    return f"{answer.status_code} {' '.join(words[0])}"
