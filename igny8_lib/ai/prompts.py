"""Prompts: versioned template files beside their functions, rendered around data that is never part of a template.

`<function>.v<n>.system.md.jinja` sees the site only, so all requests of a site and function begin with the same text
and the provider's prompt cache is hit. `<function>.v<n>.user.md.jinja` sees numbers and names set by this product. What
people or other websites wrote (keywords, titles) goes into the JSON after `INPUT:` and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from igny8_lib.ai.requests import Prompt, SiteBrief

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent / "functions"
INPUT_MARK = "\n\nINPUT:\n"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The template environment: an unknown name is an error, and nothing is escaped (prompts are no HTML)."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - kept out of DAG parsing

    return Environment(  # noqa: S701 - the text goes to a model, not to a browser
        loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def render(version: str, site: SiteBrief, item: Mapping[str, object], **numbers: object) -> Prompt:
    """The prompt of a version (`auto_cluster/v1`) for one item of a site."""
    name = version.replace("/", ".")
    system = environment().get_template(f"{name}.system.md.jinja").render(site_json=site_json(site))
    user = environment().get_template(f"{name}.user.md.jinja").render(**numbers)
    return Prompt(system=system.strip(), user=user.strip() + INPUT_MARK + json.dumps(item, ensure_ascii=False))


def site_json(site: SiteBrief) -> str:
    """What the prompts say about the site; as JSON, so that a customer's text cannot pose as an instruction."""
    facts = {"name": site.name, "domain": site.domain, "language": site.language, "brand": site.brand}
    return json.dumps(facts, ensure_ascii=False)
