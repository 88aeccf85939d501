"""Web: the addresses, for people, for programs and for other sites; no logic of its own."""
