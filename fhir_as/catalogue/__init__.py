"""What the mapping tables hold, for people: lists, explanations, pages."""
