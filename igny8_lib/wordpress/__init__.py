"""WordPress over its REST API: finding it, signing in, asking, and what its answers mean. It knows no tables."""
