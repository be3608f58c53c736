"""The box: the server in a school."""
