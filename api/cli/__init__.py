"""The command line. What a command needs is imported when it runs, so that `hoidap ask` starts fast."""

from __future__ import annotations

from api.cli.commands import main
from api.cli.shared import index_option, one_thread_a_question

__all__ = ["index_option", "main", "one_thread_a_question"]
