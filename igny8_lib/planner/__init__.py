"""Importing keyword exports, a reader per format."""
