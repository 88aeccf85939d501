"""Documents on the web: on their way in, beside each other, and signed off."""
