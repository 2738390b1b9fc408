"""docker-compose.yaml as Compose reads it: anchors resolved, variables put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?P<kind>:-|:\?)?(?P<rest>[^}]*)\}")


class MissingVariable(Exception):
    """A required variable is not set; the message is the file's own."""


def read(variables: Mapping[str, str]) -> dict[str, Any]:
    """The file with these variables. Raises MissingVariable."""
    document = yaml.safe_load((CHECKOUT / "docker-compose.yaml").read_text())
    return {name: interpolate(document[name], variables) for name in ("services", "volumes", "secrets")}


def interpolate(node: Any, variables: Mapping[str, str]) -> Any:
    """The same tree with ${…} replaced in every text."""
    if isinstance(node, dict):
        return {key: interpolate(value, variables) for key, value in node.items()}
    if isinstance(node, list):
        return [interpolate(value, variables) for value in node]
    return VARIABLE.sub(lambda match: value_of(match, variables), node) if isinstance(node, str) else node


def value_of(match: re.Match[str], variables: Mapping[str, str]) -> str:
    """What stands for one ${…}; $$ is a dollar sign."""
    if match.group() == "$$":
        return "$"
    if value := variables.get(match["name"]):
        return value
    if match["kind"] == ":?":
        raise MissingVariable(match["rest"])
    return match["rest"] if match["kind"] == ":-" else ""


def required_variables() -> set[str]:
    """All names that the file insists on."""
    text = (CHECKOUT / "docker-compose.yaml").read_text()
    return {match["name"] for match in VARIABLE.finditer(text) if match["kind"] == ":?"}
