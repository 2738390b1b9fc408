"""A site's blueprint becomes what visitors see: rendered with its files and articles, checked, kept as a version, and
made live by one pointer; what was done stands in rows.

settings.py      where a site goes, and how much of it is kept
target_urls.py   which object stores and folders a site may choose for that
places.py        the place of a site: a target for its versions, and the address that visitors find it at
material.py      what a site is made of, read from the database
rendering.py     all files of a site, those from the media store read one by one
checking.py      what is wrong with it before anything is deployed
hosting.py       which blueprints become files, which pages of WordPress
reading.py       what is to be deployed of a blueprint
drawing.py       the row and the number of a new version
ground.py        what both of the next stand on
deploying.py     a new version, from the structure to the rows
pages_alone.py   a version that is pages of WordPress and has no files
rolling_back.py  an earlier one, just as it was
bringing.py      the articles of today brought into the version that is live
records.py       what the rows say of what is at the place
settling.py      what a process that died after it switched did not come to write
standing.py      what visitors would see otherwise
versions.py      the versions that there are, and what was live when
"""
