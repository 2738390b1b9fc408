"""Backups: everything a deployment needs to go on elsewhere, made while it runs, and put back whole or not at all.

programs.py     pg_dump and pg_restore, of a version that understands the server
snapshots.py    one moment of a database, held while it is dumped and counted
manifest.py     what a backup consists of, and whether this code can read it
places.py       where backups lie: a folder, a .tar, or either in an object store
files.py        pictures, uploads and built websites, with their digests
sealing.py      secrets under a passphrase
keys.py         which secrets belong to a backup, and to whom they are given back
backing_up.py   a backup, from the snapshots to its last name
databases.py    a dump into a database beside the present one, and the swap of both
putting_back.py files beside the present ones, and their swap
restoring.py    a restore, from its checks to the swap
rotation.py     new keys and passwords in place of the old ones
"""
