"""Who may call the service, how often, from which pages, and who can reach it at all."""

from __future__ import annotations

from api.http.guard.access import CALLER, OPEN, Access
from api.http.guard.exposure import check_exposure
from api.http.guard.origins import confined, cors

__all__ = ["CALLER", "OPEN", "Access", "check_exposure", "confined", "cors"]
