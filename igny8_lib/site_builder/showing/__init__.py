"""Articles that the pipeline published, in the website that was built: its publishing target.

rows.py          the articles as the database keeps them, for lists and later versions
pictures.py      an article's pictures in the widths that browsers choose from, kept in the media store
"""
