from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.text.figures import figure, place, section_of
from igny8_lib.text.html import headings, plain_text, sanitise

PIECES = st.sampled_from(
    [
        *("<h2>One</h2>", "<h2 id='x'>Two &lt;h2&gt;</h2>", "<h3>Three</h3>", "<p>Four</p>", "<p>Five<br>six</p>\n"),
        *("<blockquote><h2>Seven</h2></blockquote>", "<ul><li>Eight</li></ul>", '<p><img src="/a" alt="<h2>"></p>'),
        *(
            "eight\n\n",
            "<hr>",
            "<pre>&lt;h2&gt;\n\n</pre>",
            "<p>Ünïcödé 日本</p>",
            "<table><tr><td>1</td></tr></table>",
        ),
    ]
)
ARTICLES = st.lists(PIECES, max_size=20).map("".join).map(sanitise)
COUNTS = st.integers(0, 9)


def figures_of(count: int) -> list[str]:
    return [f'<figure><img src="{number}.webp" alt=""></figure>' for number in range(count)]


@given(html=ARTICLES, count=COUNTS)
def test_every_figure_stands_once_in_order_and_the_rest_stays_as_it_was(html: str, count: int) -> None:
    placed = place(html, figures_of(count))
    at = [placed.index(one) for one in figures_of(count)]
    assert at == sorted(at)
    for one in figures_of(count):
        assert placed.count(one) == 1
        placed = placed.replace(one, "")
    assert placed == html


@given(html=ARTICLES, count=COUNTS)
def test_text_and_headings_are_unchanged(html: str, count: int) -> None:
    placed = place(html, figures_of(count))
    assert plain_text(placed) == plain_text(html)
    assert headings(placed) == headings(html)


@given(html=ARTICLES, count=COUNTS)
def test_figures_never_stand_within_another_element(html: str, count: int) -> None:
    assert sanitise(place(html, figures_of(count))).count("<figure><img") == count


@given(figures=st.integers(1, 50), sections=st.integers(1, 50))
def test_figures_are_spread_evenly(figures: int, sections: int) -> None:
    found = [section_of(number, figures, sections) for number in range(1, figures + 1)]
    assert found == sorted(found)
    assert all(1 <= section <= sections for section in found)
    shares = [found.count(section) for section in range(1, sections + 1)]
    if figures <= sections:
        assert max(shares) == 1
    else:
        assert min(shares) >= 1


def test_one_figure_stands_in_the_middle() -> None:
    html = "<p>Intro</p><h2>A</h2><p>a</p><h2>B</h2><p>b</p><h2>C</h2><p>c</p>"
    assert place(html, ["<figure></figure>"]) == html.replace("<h2>B", "<figure></figure><h2>B")


def test_no_figure_stands_before_all_text() -> None:
    html = "<h2>A</h2><p>a</p><h2>B</h2><p>b</p>"
    assert place(html, ["<figure></figure>"]) == html.replace("<h2>B", "<figure></figure><h2>B")


def test_without_sections_figures_stand_at_the_end() -> None:
    html = "<p>One</p><blockquote><h2>Said</h2></blockquote>"
    assert place(html, ["<figure></figure>"]) == html + "<figure></figure>"


@given(alt_text=st.text(alphabet="a<>&\"' ü"), src=st.text(alphabet='/a?&"<'))
def test_nothing_breaks_out_of_a_figures_attributes(alt_text: str, src: str) -> None:
    found = BeautifulSoup(figure(src, alt_text, 4, 3, img="wp-image-7"), "html.parser")
    assert len(found.find_all()) == 2
    assert found.img
    assert found.img.attrs == {"src": src, "alt": alt_text, "width": "4", "height": "3", "class": ["wp-image-7"]}


def test_a_figure_without_a_size_says_none() -> None:
    assert figure("a.png", "A") == '<figure><img src="a.png" alt="A"></figure>'
