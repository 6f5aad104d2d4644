"""How many rooms a question walks through: `python -m bench.house` measures the code itself."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
SHIPPED = ("index", "qa", "api")
LONG = 25
"""Lines of a function from which it is long."""
QUESTION = "khi nào SCO Astana?"
