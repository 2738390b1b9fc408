"""The site builder: from a structure of pages and blocks to a website of plain files (SPEC §11).

documents.py   the structure as JSON has it (site.json, pages/*.json), read by one model
blocks/        what pages consist of: a file for each type holds its schema, template, style and example
themes.py      the one style sheet: palettes.py, typographies.py and personalities.py are what a site chooses from,
               schemes.py makes colours that can be read of them (contrast.py, colours.py)
pages.py       the structure's own pages as files: rendering.py renders blocks, shell.py (head.py, menus.py, landing.py)
               is what stands around them, addresses.py says where all is, site_files.py is the structure as files
articles.py    what is published into a site: article_index.py finds lists and related articles, blog.py renders them,
               article_changes.py says which files one article changes, feeds.py is for machines
media_types.py the type of each file, by its name
whole_site.py  all of it together, and the checks that it has to pass
images.py      what is known of a picture's files; uploads/ takes files by their content, favicon.py draws icons
releases/      a rendered site is checked, kept as a version and shown by switching one pointer
asking/        what the AI is asked: a structure, a page of it, and which answers are taken
words.py       the words that are nobody's content: a file of word_lists/ for each language
"""
