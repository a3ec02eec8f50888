"""Answers in the form that pages show them."""
