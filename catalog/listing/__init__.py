"""What lists are made of: columns, cells, pages, and the addresses that narrow them."""
