"""What people and the AI say a website shall be: blueprints and their pages, as rows. Nothing is committed here.

given.py      what people may say, and what is wrong with it
finding.py    rows by their numbers; listing.py pages of them
creating.py   a new blueprint; changing.py another text or look, and the end of one
page_rows.py  how a page becomes another: its marks of what people wrote, and a revision of each change
pages.py      people make, change, move and delete pages; blocks.py one block of them; revisions.py takes one back
planning.py   takes over what the AI planned; writing.py what it wrote
whole.py      all of it as one structure
"""
