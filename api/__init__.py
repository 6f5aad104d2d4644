"""How the outside reaches hoidap: HTTP, command line, chat page."""
