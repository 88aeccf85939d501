"""Rendering: from what is stored to the words and the document that pages, embeds and exports show."""
