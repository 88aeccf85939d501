"""Apart: a file is parsed in a process of its own kind, where it can use up or break nothing but that."""
