"""The OpenAPI document: what Litestar makes of the routes, with request bodies as msgspec checks them."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, Router
from litestar.exceptions import NotFoundException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Schema,
    SecurityScheme,
)
from litestar.routes import HTTPRoute

from api import version
from api.http.guard import OPEN

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler
    from litestar.types.internal_types import PathParameterDefinition

DESCRIPTION = """\
Ask a collection of articles a question; get the exact words that answer it, and where they stand.
Offsets count Unicode code points of `/articles/{id}/text`, end exclusive.
A key goes into `Authorization: Bearer KEY`; without a right one the answer is 401, without the scope 403, after too
many requests 429.
Whatever is not a reply is a problem (RFC 9457): type, title, status and a detail that says what would be right."""


def openapi() -> OpenAPIConfig:
    """How the OpenAPI document is made and where it is served."""
    return OpenAPIConfig(
        title="hoidap",
        version=version(),
        description=DESCRIPTION,
        use_handler_docstrings=True,
        create_examples=False,
        operation_id_creator=_operation,
        components=Components(security_schemes={"key": SecurityScheme(type="http", scheme="bearer")}),
        security=[{}, {"key": []}],
        openapi_router=Router(
            "/schema",
            route_handlers=[],
            include_in_schema=False,
            after_request=_plain_not_found,
            opt={"scope": OPEN},
        ),
        render_plugins=[BodiesAsChecked(path="/openapi.json")],
    )


def _operation(handler: HTTPRouteHandler, _method: Any, path: list[str | PathParameterDefinition]) -> str:  # noqa: ANN401 — Litestar's shape
    """The name of a route: its function, and of one with two paths which."""
    below = any(part.full == "rest:path" for part in path if not isinstance(part, str))
    return f"{handler.handler_name}_below" if below else handler.handler_name


class BodiesAsChecked(JsonRenderPlugin):
    """Serves the document. Litestar leaves out that unknown fields are refused, and the limits of list items."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The document, request bodies as msgspec describes them."""
        components = openapi_schema.get("components", {})
        schemas = {**components.get("schemas", {}), **_schemas_of(_bodies(request.app))}
        return super().render(request, {**openapi_schema, "components": {**components, "schemas": schemas}})


def _bodies(app: Litestar) -> list[type[msgspec.Struct]]:
    """The records that request bodies are read into."""
    handlers = [handler for route in app.routes if isinstance(route, HTTPRoute) for handler in route.route_handlers]
    kinds = [handler.parsed_data_field.annotation for handler in handlers if handler.parsed_data_field is not None]
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]


def _schemas_of(kinds: list[type[msgspec.Struct]]) -> dict[str, Any]:
    """The JSON schema of each record and of the records in it, by name."""
    return msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")[1]


async def _plain_not_found(response: Response[Any]) -> Response[Any]:
    """Litestar answers an unknown address under /schema with a page of its own; here it is a problem like any other."""
    if response.status_code == HTTPStatus.NOT_FOUND:
        raise NotFoundException
    return response


@dataclass
class ArticleOperation(Operation):
    """The operation of a route that gives browsers a page instead of JSON."""

    def __post_init__(self) -> None:
        """Name the page beside the JSON."""
        if self.responses and isinstance(given := self.responses.get("200"), OpenAPIResponse):
            page = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING))
            given.content = {**(given.content or {}), MediaType.HTML.value: page}
