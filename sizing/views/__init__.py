"""Pages of sizing; thin shells over services, selectors and presentation."""
