"""The passages nearest to a question, and the windows of them that are worth reading."""
