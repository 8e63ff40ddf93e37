"""FHIRPath invariants compiled to Python functions over plain data, with the static types of the definitions."""
