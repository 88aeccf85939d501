"""Review on the web: its pages, its addresses, and what decisions are sent to."""
