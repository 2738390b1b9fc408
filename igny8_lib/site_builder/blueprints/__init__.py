"""Blueprints and their pages, as people keep them."""
