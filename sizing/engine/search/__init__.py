"""Search over everything that can be bought or rented: enumerate, size, price, rank, explain."""
