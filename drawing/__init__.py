"""Pieces of inline SVG charts: elements and axes. Knows no app of the site."""
