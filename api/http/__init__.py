"""The service over HTTP, as an ASGI application made of its parts."""

from __future__ import annotations

from api.http.app import ServiceParts, create_app

__all__ = ["ServiceParts", "create_app"]
