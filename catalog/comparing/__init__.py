"""Rows of one noun side by side."""
