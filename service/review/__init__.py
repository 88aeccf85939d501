"""Review: what people decide of pairs, and what readers reported of them."""
