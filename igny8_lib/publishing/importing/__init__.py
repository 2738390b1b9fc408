"""WordPress content comes here, and changes of it go back without loss.

passes.py (how far) ── reading.py (pages of posts) ──> storing.py ──> content, wordpress_originals
                                                         └──> conflicts.py: changed on both sides, people decide
pieces.py (raw content in pieces) ──> round_trip.py: only what was changed here is written anew
"""
