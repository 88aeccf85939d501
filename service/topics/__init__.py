"""Topics: found by grouping, asked for by an issue list or a free text, and edited by people."""
