"""An imported article goes back to WordPress without loss: properties, and the cases that taught them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.publishing.importing.pieces import html_of, pieces_of
from igny8_lib.publishing.importing.round_trip import to_wordpress

WORDS = st.text("abc déß", min_size=1, max_size=12).map(str.strip).filter(bool)
TEXT_PIECES = (
    '<!-- wp:paragraph {{"align":"left"}} -->\n<p class="has-text-align-left">{0}</p>\n<!-- /wp:paragraph -->\n\n',
    '<!-- wp:heading -->\n<h2 id="x" class="wp-block-heading">{0}</h2>\n<!-- /wp:heading -->\n\n',
    "<!-- wp:list --><ul><!-- wp:list-item --><li>{0}</li><!-- /wp:list-item --></ul><!-- /wp:list -->\n",
    '<p style="color:red">{0} <a class="btn" target="_blank" href="https://x.example/">{0}</a></p>\n',
    "{0} text of the classic editor\nin two lines\n\n",
    '<blockquote class="q"><p>{0}</p></blockquote>\n',
    "<h1>{0}</h1>\n",
)
UNSHOWN_PIECES = (
    "<script>if (a < b) {}</script>\n",
    '<iframe src="https://video.example/1"></iframe>\n',
    "<!--more-->\n",
    '<form action="/subscribe"><input name="mail"></form>\n',
    '<!-- wp:spacer {"height":"20px"} --><div class="wp-block-spacer"></div><!-- /wp:spacer -->\n',
    "<!-- wp:group --><div class=wp-block-group>\n",
    "</div><!-- /wp:group -->\n",
    "<!-- wp:acme/counter {} /-->\n",
)
shown = st.tuples(st.sampled_from(TEXT_PIECES), WORDS).map(lambda pair: pair[0].format(pair[1]))
raws = st.lists(shown | st.sampled_from(UNSHOWN_PIECES), max_size=9).map("".join)


@given(raw=st.text("<>/!-pa \n\"'wp:{}", max_size=60) | raws)
def test_the_pieces_put_together_are_the_raw_content(raw: str) -> None:
    assert "".join(piece.raw for piece in pieces_of(raw)) == raw


@given(raw=st.text("<>/!-pa \n\"'wp:{}", max_size=60) | raws)
def test_what_was_not_changed_here_goes_back_to_the_letter(raw: str) -> None:
    assert to_wordpress(raw, html_of(raw), html_of(raw)) == raw


@given(raw=raws, data=st.data())
def test_a_change_of_some_blocks_arrives_and_everything_else_stays_to_the_letter(raw: str, data: st.DataObject) -> None:
    before = html_of(raw)
    blocks = before.splitlines()
    after = list(blocks)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(after)))
        new = data.draw(st.sampled_from(["<p>{}</p>", "<h3>{}</h3>", "<ul><li>{}</li></ul>"])).format(data.draw(WORDS))
        if place < len(after) and data.draw(st.booleans()):
            after[place : place + data.draw(st.integers(1, 2))] = data.draw(st.sampled_from([[], [new]]))
        else:
            after.insert(place, new)
    result = to_wordpress(raw, before, "\n".join(after))
    assert html_of(result).splitlines() == after
    for piece in (piece for piece in pieces_of(raw) if not piece.html):
        assert piece.raw.strip() in result
    for piece in (piece for piece in pieces_of(raw) if piece.html):
        was, now = blocks.count(piece.html), after.count(piece.html)
        if was == now == 1 and len(after) == len(blocks):
            assert piece.raw.strip() in result


BLOCKS = """<!-- wp:paragraph {"className":"lead"} -->
<p class="lead">One.</p>
<!-- /wp:paragraph -->

<!-- wp:image {"id":7} -->
<figure class="wp-block-image size-large"><img class="wp-image-7" src="https://x.example/a.png" alt="old"/></figure>
<!-- /wp:image -->

[contact-form id="4"]
"""


def test_a_changed_paragraph_keeps_its_block_and_its_attributes() -> None:
    before = html_of(BLOCKS)
    assert to_wordpress(BLOCKS, before, before.replace("One.", "Two.")) == BLOCKS.replace("One.", "Two.")


def test_a_new_alternative_text_leaves_the_rest_of_the_picture() -> None:
    before = html_of(BLOCKS)
    result = to_wordpress(BLOCKS, before, before.replace('alt="old"', 'alt="a &lt;new&gt; one"'))
    assert '<img class="wp-image-7" src="https://x.example/a.png" alt="a &lt;new&gt; one" />' in result
    assert '<figure class="wp-block-image size-large">' in result


def test_a_new_block_is_a_block_of_the_block_editor_behind_its_neighbours_comment() -> None:
    before = html_of(BLOCKS)
    result = to_wordpress(BLOCKS, before, before.replace("<p>One.</p>", "<p>One.</p><h3>New</h3>"))
    place = result.index('<!-- wp:heading {"level":3} -->\n<h3>New</h3>\n<!-- /wp:heading -->')
    assert result.index("<!-- /wp:paragraph -->") < place < result.index("<!-- wp:image")


@pytest.mark.parametrize("kept", ['<script src="x.js"></script>', '<iframe src="https://x.example"></iframe>'])
def test_a_frame_or_script_in_a_changed_or_removed_paragraph_survives(kept: str) -> None:
    raw = f"<p>One {kept}</p>\n<p>Two</p>"
    assert kept in to_wordpress(raw, html_of(raw), "<p>Changed</p>\n<p>Two</p>")
    assert kept in to_wordpress(raw, html_of(raw), "<p>Two</p>")


def test_lines_of_the_classic_editor_are_paragraphs_here() -> None:
    assert html_of("One\ntwo\n\n<b>Three</b>") == "<p>One<br>two</p>\n<p><b>Three</b></p>"


@given(raw=raws, data=st.data())
def test_a_post_does_not_grow_by_texts_that_are_taken_back(raw: str, data: st.DataObject) -> None:
    before = html_of(raw)
    blocks = before.splitlines()
    place = data.draw(st.integers(0, len(blocks)))
    longer = [*blocks[:place], "<p>New one.</p>", "<p>New two.</p>", *blocks[place:]]
    sizes = []
    for _ in range(3):
        raw = to_wordpress(raw, html_of(raw), "\n".join(longer))
        raw = to_wordpress(raw, html_of(raw), before)
        assert html_of(raw) == before
        sizes.append(len(raw))
    assert sizes[1] == sizes[2]
