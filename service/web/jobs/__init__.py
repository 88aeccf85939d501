"""The pages and addresses of long work."""
