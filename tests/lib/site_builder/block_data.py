"""Any data that a block type takes, made of its form: so that the form and the schema are held to say the same."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from igny8_lib.site_builder.forms import FormField, Kind, form_of

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</textarea></title><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "<!--",
    "]]>&amp;&lt;",
    "\u202egnirts\u2066",
)
LINKS = (
    "page:about",
    "page:about-us#team-2",
    "#top",
    "mailto:ann@boats.example?subject=Hello%20there",
    "tel:+44 1326 000000",
    "https://boats.example/a?b='c'&d=%3Ce%3E",
    "http://boats.example:8080/#part",
)


def texts(field: FormField, *, lines: bool) -> st.SearchStrategy[str]:
    """Texts as long as the field takes, once white space around them is gone."""
    letters = st.characters(exclude_categories=["Cs"] if lines else ["Cs", "Zl", "Zp"])
    free = st.text(letters, max_size=min(field.most or 50, 50))
    words = st.sampled_from([each for each in HOSTILE if len(each) <= (field.most or 50)])
    pairs = st.tuples(words, free).map(lambda pair: f"{pair[0]}{pair[1]}"[: field.most])
    return pairs if field.least else st.one_of(pairs, free, st.just(""))


def values(field: FormField) -> st.SearchStrategy[Any]:
    """Values of one field."""
    if field.kind is Kind.GROUP:
        group = together(field.fields)
        return group if field.required else st.none() | group
    if field.kind is Kind.LIST:
        single = len(field.fields) == 1 and field.fields[0].path.endswith("*")
        item = values(field.fields[0]) if single else together(field.fields)
        least = field.least or 0
        return st.lists(item, min_size=least, max_size=min(field.most or 3, least + 2))
    return {
        Kind.TEXT: texts(field, lines=False),
        Kind.AREA: texts(field, lines=True),
        Kind.LINK: links(field),
        Kind.PICTURE: st.sampled_from(["yard.jpg", "a", "0-mast.2.webp"]),
        Kind.NUMBER: st.integers(field.least, field.most),
        Kind.SWITCH: st.booleans(),
        Kind.CHOICE: st.sampled_from(field.choices or ("",)),
    }[field.kind]


def links(field: FormField) -> st.SearchStrategy[str]:
    """Link targets; a form is only sent to some."""
    safe = [each for each in LINKS if each.startswith(("mailto:", "https:"))]
    return st.sampled_from(safe if field.path == "endpoint" else LINKS)


def together(fields: tuple[FormField, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects of the fields; those that are not required may be missing."""
    named = {field.path.rpartition(".")[2]: field for field in fields}
    return st.fixed_dictionaries(
        {name: values(field) for name, field in named.items() if field.required},
        optional={name: values(field) for name, field in named.items() if not field.required},
    )


@cache
def data_of(block: str) -> st.SearchStrategy[dict[str, Any]]:
    """Data of the block type."""
    return together(form_of(block))
