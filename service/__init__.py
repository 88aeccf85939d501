"""How people and programs reach the model: files, database, command line, web."""
