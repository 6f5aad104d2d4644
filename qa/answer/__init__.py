"""From what was read to answers: how sure each is, which say the same, and where they stand."""
