"""Which products to time on attached devices so that an answer gets narrower, and by how much."""
