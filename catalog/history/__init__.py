"""What changed in rows of the catalog: noted while it changes, written with its revision."""
