"""Reports of wrong values: filed by anybody, decided by a reviewer, kept for ever."""
