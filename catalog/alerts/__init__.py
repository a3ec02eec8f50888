"""Alerts: offers that are new, cost something else or became stale, by mail or webhook."""
