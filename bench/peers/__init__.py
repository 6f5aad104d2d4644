"""hoidap beside other systems. The drivers run in each system's own environment and import nothing of ours."""
