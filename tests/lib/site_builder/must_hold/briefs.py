"""What customers say of the websites that they want: one in English, one in German, one that means harm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

ENGLISH = {
    "name": "Harbour Lane Boatyard",
    "business_type": "Boatyard",
    "industry": "Boat repair and storage",
    "audience": "Owners of wooden boats between Falmouth and Plymouth",
    "brief": (
        "Harbour Lane Boatyard repairs and stores wooden boats in a small harbour in Falmouth. Owners bring their "
        "boats in autumn and sail again in spring. We plank, caulk, paint and varnish, and we tell what a repair costs "
        "before we begin. Write to yard@harbour-lane.example or call +44 1326 000 111."
    ),
    "objectives": ["More enquiries for winter storage", "Fewer calls that ask for prices"],
    "language": "en",
}
GERMAN = {
    "name": "Gärtnerei Grünwald",
    "business_type": "Gärtnerei",
    "industry": "Gartenbau und Stauden",
    "audience": "Menschen mit kleinen Gärten und Balkonen rund um Lübeck",
    "brief": (
        "Die Gärtnerei Grünwald zieht Stauden, Rosen und Kräuter ohne Torf und ohne Gift. Wir beraten vor Ort, planen "
        "Beete für kleine Gärten und pflanzen auch selbst. Im Frühling und im Herbst gibt es Kurse zum Schneiden von "
        "Rosen. Schreiben Sie an hallo@gaertnerei-gruenwald.example oder rufen Sie an: +49 451 000 111."
    ),
    "objectives": ["Mehr Anfragen für die Planung von Beeten", "Kurse füllen"],
    "language": "de",
}
MARKS = (
    "<script>window.ran=1</script>",
    '"><img src=x onerror=window.ran=1>',
    "' onmouseover=window.ran=1 x='",
    "</title><svg onload=window.ran=1>",
    "</script><script>window.ran=1</script>",
    "<!--<script>window.ran=1//",
    "</textarea><iframe src=//evil.example>",
    "<a href=javascript:window.ran=1>x</a>",
    "]]><style>@import '//evil.example'</style>",
    "&lt;img src=x onerror=window.ran=1&gt;",
    "{{ 7 * 7 }}{% raw %}${7*7}",
)
"""Texts that run, load or break something wherever one is taken for more than a text; short enough for most fields."""
HOSTILE = {
    "name": f"Bolt {MARKS[0]}",
    "tagline": MARKS[1],
    "business_type": MARKS[3],
    "industry": MARKS[4],
    "audience": MARKS[5],
    "brief": " ".join(("We mend bolts for everybody who asks, and write to bolts@bolt.example.", *MARKS)),
    "objectives": list(MARKS[:10]),
    "language": "en",
}
HOSTILE_ARTICLE = {
    "title": MARKS[3],
    "meta_title": MARKS[4],
    "meta_description": MARKS[1],
    "primary_keyword": MARKS[2],
    "html": f"<p onclick=window.ran=1>Cut above a bud.</p><h2>When</h2><p>In spring. {' '.join(MARKS[2:])}</p>",
}
BRIEFS: dict[str, dict[str, Any]] = {"english": ENGLISH, "german": GERMAN, "hostile": HOSTILE}
"""By the slug of the website that is made of it."""
SHORT_MARK = "<svg onload=ran=1>"
SHORT = ("price", "value")
"""Fields that hold nothing longer."""
CHOICES = ("side",)
LINKS = ("page:", "#", "mailto:", "tel:", "http")


def spoiled(value: Any, marks: Iterator[str], picture: str, *, name: str = "") -> Any:
    """A block's data with a hostile text in place of each text of people's, and the picture for all of its pictures;
    links and choices stay."""
    if isinstance(value, dict):
        return {key: spoiled(each, marks, picture, name=key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [spoiled(each, marks, picture, name=name) for each in value]
    if not isinstance(value, str) or name in CHOICES or value.startswith(LINKS):
        return value
    return picture if name == "file" else SHORT_MARK if name in SHORT else next(marks)
