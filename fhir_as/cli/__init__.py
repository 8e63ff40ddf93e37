"""The command line: one thin file a verb, over the same functions that a library user calls."""
