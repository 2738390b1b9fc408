"""A form as a browser sends it: every field that is on, by its name."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag


def sent(html: str, form: str = "form") -> dict[str, str]:
    """What would be sent of the first form that a selector names, with what stands in it."""
    found = BeautifulSoup(html, "html.parser").select_one(form)
    assert found is not None, f"no {form}"
    if found.select_one("fieldset[disabled]"):
        return {}
    fields = [each for each in found.select("input[name], select[name], textarea[name]") if is_sent(each)]
    return {str(each["name"]): value_of(each) for each in fields}


def is_sent(field: Tag) -> bool:
    """Whether it goes along: a box only where it is ticked."""
    return field.get("type") not in {"checkbox", "radio"} or field.has_attr("checked")


def value_of(field: Tag) -> str:
    """What stands in it; lines end as browsers end them."""
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.select_one("option")
        return str(chosen["value"]) if chosen else ""
    if field.name == "textarea":
        return field.get_text().removeprefix("\n").replace("\n", "\r\n")
    return str(field.get("value", ""))
