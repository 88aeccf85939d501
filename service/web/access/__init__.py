"""Access on the web: who asks, what it takes, and the pages of accounts."""
