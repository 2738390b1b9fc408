"""Articles that the pipeline published, in the website that was built: its publishing target.

target.py          what publishers ask of it: media, post, live, unpublish, delete, check
default_site.py    the website that articles are shown in where nobody has deployed one
articles_made.py   a published article as the website shows it; pictures.py its pictures, kept in the media store
changes.py         the rows say what is to be shown, and what was before
updating.py        the live version is brought to what they say; standing.py reads both
rows.py            the rows as lists and later versions are rendered from them
pages_seen.py      an article's page, as visitors find it
"""
