"""How the weights in models/weights were made and measured."""
