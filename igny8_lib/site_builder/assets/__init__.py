"""Files that people brought for a website: kept in the media store, counted against a quota, named by rows.

showing.py     what rendering and deployments have to know of them
"""
