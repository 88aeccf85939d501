"""Documents: how they come in, who said what in them, how they are printed, and other records of the same event."""
