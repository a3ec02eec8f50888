"""Alerts: offers that are new, cost something else, vanish or come back, by mail or webhook."""
