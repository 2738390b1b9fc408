"""The crash suite takes its time and draws its moments at random: it runs by `make chaos`, which names the rounds."""

import os

collect_ignore = [] if os.environ.get("CHAOS_ROUNDS") else ["test_chaos.py"]
