"""Reading: which words of a window answer a question."""
