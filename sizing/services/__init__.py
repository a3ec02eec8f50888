"""Writes of sizing and the two questions it answers."""
