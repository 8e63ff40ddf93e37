"""The mapping tables: read strictly, checked as a whole, looked up both ways."""
