"""Builds of websites: planning, writing pages, checking and deploying, a step at a time in Airflow.

opening.py    what is asked for, written down with its steps; estimating.py what it would come to
stepping.py   who is at a step; structuring.py, writing.py and releasing.py do one each
cancelling.py ends a build by hand, closing.py when nothing is left of it
progress.py   how far it is, listing.py all of a site's
starting.py   hands it to Airflow, rescuing.py does so again where that came to nothing
"""
