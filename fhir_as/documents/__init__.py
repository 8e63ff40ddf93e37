"""Files and texts to plain data that knows its line and column, and back."""
