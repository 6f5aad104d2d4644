"""How good, how fast: gold questions, measures, the evaluation command."""
