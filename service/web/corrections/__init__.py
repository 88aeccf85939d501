"""Corrections on the web: the form that anybody may send, the log, and its feed."""
