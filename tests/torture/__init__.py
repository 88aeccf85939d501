"""Torture: what takes minutes, asked for with `-m slow`."""
