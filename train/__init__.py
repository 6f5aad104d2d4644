"""Makes the models that ship with hoidap. Nothing outside this package imports it."""
