"""Snapshots on the web: their addresses, and what their pages show."""
