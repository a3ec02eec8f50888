"""How fast the product is. `make bench` runs every module here and prints one table."""
