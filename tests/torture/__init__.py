"""Torture: what takes minutes, and is run by hand before a release rather than by `make test`."""
