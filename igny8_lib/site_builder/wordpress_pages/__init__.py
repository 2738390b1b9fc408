"""The pages of a version as pages of the site's WordPress: one each, whatever dies when, and none that people changed.

rows.py        which page here is which page there
place.py       what links and pictures of blocks lead to there
markup.py      a page's blocks as WordPress' own, which any theme shows
pictures.py    the pictures that pages show, in WordPress' media library
own_page.py    finding a page again, making it, and whether it is as it was written
writing.py     making a page say what the version says
going.py       pages that the version has no longer
deploying.py   all of it, in the order that leaves visitors whole pages
"""
