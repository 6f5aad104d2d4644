"""From a question to a quoted answer: understand, retrieve, read, decide, cite."""
