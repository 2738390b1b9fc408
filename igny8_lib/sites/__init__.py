"""Accounts, their sites and modules, access, and the roster of sites that have a DAG."""
