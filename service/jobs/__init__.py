"""Long work: done by whichever worker is free, once, and seen by everybody while it goes on."""
