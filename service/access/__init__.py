"""Access: who may do what: accounts, sessions, tokens; no web."""
