"""Files that people give a website: told by their content, refused or made harmless, and named so that they stay put.

receiving.py   a file as it is kept: folder, name, contents
names.py       file names in lower-case ASCII, and twins among them
kinds.py       what may be uploaded, by signature
pictures.py    pictures drawn anew as WebP in several widths
office.py      Word, Excel, PowerPoint and OpenDocument without macros; archives.py unpacks them within bounds
pdf.py         PDF without scripts
plain_text.py  texts and tables, written anew as UTF-8
media.py       film and sound, by their structure
headers.py     what a file of a website is served with
"""
