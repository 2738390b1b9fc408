"""Marked places in an article's text: `mark` elements around what a check found, and not a byte changed beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from igny8_lib.text.html_map import read_blocks

OPENED, CLOSED = "<mark>", "</mark>"


def mark(html: str, places: Iterable[tuple[int, int]]) -> str:
    """The HTML with the text of each place, a span of it, marked; tags within a place are left as they are, so it is as
    well formed as before. The first mark of the n-th place on has the id `place-n`. Never raises."""
    wanted = merged(places)
    pieces, done = [], 0
    for number, start, end in runs(sorted(stretches(html)), wanted):
        opened = f'<mark id="place-{number}">' if number else OPENED
        pieces += [html[done:start], opened, html[start:end], CLOSED]
        done = end
    return "".join([*pieces, html[done:]])


def merged(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places in order, those that overlap as one; empty ones are none."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(place for place in places if place[0] < place[1]):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def runs(stretches: Sequence[tuple[int, int]], places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Of (number, start, end): the parts of the stretches that lie in a place; the number is that of the place where
    its first part is, else 0. One step per stretch and place."""
    at, begun = 0, -1
    for start, end in stretches:
        while at < len(places) and places[at][1] <= start:
            at += 1
        here = at
        while here < len(places) and places[here][0] < end:
            yield (here + 1 if here > begun else 0), max(start, places[here][0]), min(end, places[here][1])
            begun, here = max(begun, here), here + 1


def stretches(html: str) -> Iterator[tuple[int, int]]:
    """Spans of the HTML that hold text and no tag, and the images."""
    for block in read_blocks(html):
        if block.image:
            yield block.inlines[0].source_start, block.inlines[0].source_end
        start = end = 0
        for first, last in zip(block.starts, block.ends, strict=True):
            is_tag = last - first > 1 and html[first] == "<"  # a line end, or where an image stands
            if first != end or is_tag:
                if start < end:
                    yield start, end
                start = last if is_tag else first
            end = last
        if start < end:
            yield start, end
