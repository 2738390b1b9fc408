"""The site builder: from a structure of pages and blocks to a website of plain files (SPEC §11).

documents.py   the structure as JSON has it (site.json, pages/*.json), read by one model
blocks/        what pages consist of: a file for each type holds its schema, template, style and example
"""
