"""Topics on the web: the forms that edit them, and what their pages show."""
