"""Assistants ask, by the Model Context Protocol: the articles of an index, or of a service that runs elsewhere."""

from __future__ import annotations

from api.mcp.assistants import serve_index, serve_service, server
from api.mcp.backends import Backend, IndexBackend, ServiceBackend

__all__ = ["Backend", "IndexBackend", "ServiceBackend", "serve_index", "serve_service", "server"]
