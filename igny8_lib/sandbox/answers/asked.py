"""What a request says beside its INPUT: the schema of its answer, and the language of its site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from igny8_lib.sandbox.switches import Rewrite


@dataclass(frozen=True)
class Asked:
    """The JSON schema of the answer, and the Snowball name of the language to write; empty where none is named."""

    schema: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""
    rewrite: Rewrite = Rewrite.BETTER
    """What an optimized article is to be like."""

    def wants(self, name: str) -> bool:
        """Whether the schema has a property of this name anywhere."""
        return has_property(self.schema, name)


LANGUAGES = {"en": "english", "de": "german", "fr": "french", "es": "spanish", "ru": "russian"} | {
    "it": "italian",
    "pt": "portuguese",
    "nl": "dutch",
    "da": "danish",
    "sv": "swedish",
    "fi": "finnish",
    "hu": "hungarian",
    "ro": "romanian",
    "tr": "turkish",
}
"""Snowball's names of the languages of BCP 47 codes."""


def language_name(code: str) -> str:
    """Snowball's name of the language of a BCP 47 code such as `en-AU`; empty where it has none."""
    return LANGUAGES.get(code.replace("_", "-").split("-")[0].lower(), "")


PLAINLY = Asked()
"""Nothing beside the INPUT."""


def has_property(part: Any, name: str) -> bool:  # noqa: ANN401 - any part of a JSON schema
    """Whether an object of this part of a schema has a property of the name."""
    if isinstance(part, list):
        return any(has_property(item, name) for item in part)
    if not isinstance(part, Mapping):
        return False
    properties = part.get("properties")
    return (isinstance(properties, Mapping) and name in properties) or any(
        has_property(value, name) for value in part.values()
    )
