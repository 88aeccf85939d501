"""The model of the matter: what a position is, and how two are compared. No web, no database."""
