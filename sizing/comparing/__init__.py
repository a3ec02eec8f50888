"""Things of the catalog side by side for one workload: rows that the engine computes."""
