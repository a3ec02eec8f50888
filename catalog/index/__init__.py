"""The offers of one catalog revision in memory, as columns that filters, orders and counts read.

A database counts and sorts all rows that fit for every new question. Here that takes a
millisecond or two; the rows of a page are then read from the database by their keys.
"""
