"""What may be wrong with a form before it is handed in, as a list that a person can work through."""
