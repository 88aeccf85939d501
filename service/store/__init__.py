"""Store: everything kept, in SQLite or PostgreSQL. SQL is written here and nowhere else; rows never leave it."""
