"""Telling people how a run ended: the facts, the message, who gets it, and telling it once. Nothing is sent here."""
