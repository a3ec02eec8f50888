"""Charts of the catalog: inline SVG, a data table beside each."""
