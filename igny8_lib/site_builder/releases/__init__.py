"""Releases of a website: its files checked, put in place whole under a version, and made live by one pointer.

pages.py       what one HTML file says of itself: ids, addresses, and what is wrong in it alone
checks.py      what is wrong in a site as a whole: links, anchors, pictures, required files
manifest.py    what a version consists of, by digest; what is different between two
target.py      what a place for versions must be able to do
folder.py      a local folder, and a symbolic link as the pointer; whole_files.py writes its files
objects.py     any object store by its fsspec URL, and a small file as the pointer
targets.py     the target of an address
deploying.py   deploy, roll back, change single files of the live version
"""
