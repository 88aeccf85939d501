"""The command line's commands, a file for each purpose. Heavy imports wait until a command runs."""
