"""What the formats of this folder are made with."""
