"""What the forms of this folder are made with."""
