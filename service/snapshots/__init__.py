"""Snapshots: comparisons frozen under the hash of their words, and what became of them."""
