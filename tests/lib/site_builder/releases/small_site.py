"""A whole rendered site as small as one can be: two pages, a picture, and what every site must have."""

from __future__ import annotations

BASE = "https://shop.test/sites/tea/"
PICTURE = '<img src="/sites/tea/assets/images/tea.webp" alt="A cup of tea" width="480" height="320" loading="lazy">'


def page(title: str, main: str, *, lang: str = "en", head: str = "") -> bytes:
    """A page with a navigation, a style sheet and its main part."""
    return f"""<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="canonical" href="{BASE}">
<link rel="stylesheet" href="/sites/tea/assets/site.css">
{head}</head>
<body>
<a href="#main">Skip to content</a>
<nav><ul><li><a href="/sites/tea/">Home</a></li><li><a href="/sites/tea/about/">About</a></li></ul></nav>
<main id="main">
{main}
</main>
</body>
</html>
""".encode()


def small_site(version: int = 1) -> dict[str, bytes]:
    """The site's files; each version has other texts, a page of its own, and a picture of its own bytes."""
    return {
        "index.html": page("Tea", f'<h1>Tea {version}</h1>\n{PICTURE}\n<p><a href="about/#people">Who</a></p>'),
        "about/index.html": page("About", f'<h1>About {version}</h1><section id="people"><p>We.</p></section>'),
        f"only-{version}/index.html": page("Only here", f"<h1>Only in {version}</h1>"),
        "404.html": page("Not found", "<h1>Page not found</h1>"),
        "sitemap.xml": (
            '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            f"<url><loc>{BASE}</loc></url><url><loc>{BASE}about/</loc></url></urlset>"
        ).encode(),
        "robots.txt": f"Sitemap: {BASE}sitemap.xml\n".encode(),
        "site.json": b'{"name": "Tea"}',
        "assets/site.css": b".card { color: var(--text) }",
        "assets/images/tea.webp": bytes([version]) * 64,
    }
