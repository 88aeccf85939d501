"""Positions: two of them side by side, one of them over time, all of them as a map."""
