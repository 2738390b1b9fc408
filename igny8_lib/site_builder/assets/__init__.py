"""Files that people brought for a website: kept in the media store, counted against a quota, named by rows.

receiving.py   a file comes: looked at, kept, counted, all under one lock of the site's
quota.py       how much there is, and how much there may be
listing.py     the files of a folder, page by page
changing.py    what a picture shows, in words; removing a file
using.py       the pages that show a file, which is not removed while they do
cleaning.py    what no row names is removed from the store
showing.py     what rendering and deployments have to know of them
finding.py     one file by its number, the lock, and the names in the store
"""
