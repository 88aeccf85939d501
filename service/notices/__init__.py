"""Notices: what a reader must be told of a comparison beside its words, one kind a module."""
