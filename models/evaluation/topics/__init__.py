"""How well statements are grouped by topic: sets with a gold topic, draws of them, groupers, and what they score."""
