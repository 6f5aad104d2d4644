"""`python -m api` is `hoidap`, for a checkout that is not installed."""

from __future__ import annotations

from api.cli import main

if __name__ == "__main__":
    main()
