"""Prices as they stood at the end of a day that the address names."""
