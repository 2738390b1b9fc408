"""Rows for tests, by domain: each factory fills in what the test does not care about."""
