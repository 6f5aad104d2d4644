"""The routes that browsers open: the chat page and the script of the widget."""

from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State

from api.http.guard import OPEN
from api.http.pages import page
from api.http.pages.labels import chosen

JAVASCRIPT = "text/javascript"


@get("/", opt={"scope": OPEN}, include_in_schema=False, sync_to_thread=False)
def chat(request: Request[Any, Any, State]) -> Response[str]:
    """The chat page, in the language of `?lang=` or of the browser."""
    language = chosen(request.query_params.get("lang"), request.headers.get("accept-language", ""))
    return Response(page.chat_page(language), media_type=MediaType.HTML, headers={"Vary": "Accept-Language"})


@get("/widget.js", opt={"scope": OPEN}, include_in_schema=False, sync_to_thread=False)
def widget(request: Request[Any, Any, State]) -> Response[bytes]:
    """The script that puts the widget on a page."""
    script = page.widget()
    headers = {"Cache-Control": "public, max-age=300", "ETag": script.tag, "Vary": "Accept-Encoding"}
    if script.tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(script.plain, media_type=JAVASCRIPT, headers=headers)
    return Response(script.gzipped, media_type=JAVASCRIPT, headers=headers | {"Content-Encoding": "gzip"})
