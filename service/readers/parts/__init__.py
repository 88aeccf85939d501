"""What the formats share: decoding, finding labelled turns, what belongs to nobody, the canonical text."""
