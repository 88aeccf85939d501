"""Answers: the corpus's views in the JSON form that the API and the command line share."""
