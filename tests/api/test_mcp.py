from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest
from fake_collection import ARTICLE, QUOTE, SENTENCE, START, TEXT, FakeAsker
from fake_service import READY, answering
from mcp import Client as Assistant
from mcp import MCPError, StdioServerParameters
from test_cli import hoidap

from api.client import Client
from api.collection import CHECK_SECONDS, LiveCollection
from api.mcp import IndexBackend, ServiceBackend, server, tools
from api.records import AskRequest
from index.records import Filters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from litestar import Litestar
    from litestar.testing import TestClient

    from api.mcp import Backend

ROOT = Path(__file__).parents[2]
END = START + len(QUOTE)


@pytest.fixture
def articles(asker: FakeAsker) -> Iterator[IndexBackend]:
    collection = LiveCollection(lambda: asker, lambda: asker.snapshot.generation)
    collection.open()
    yield IndexBackend(collection)
    collection.close()


@pytest.fixture
def remote(client: TestClient[Litestar]) -> Iterator[ServiceBackend]:
    with Client("http://host", transport=httpx.MockTransport(client.send)) as opened:
        yield ServiceBackend(opened)


def called(articles: Backend, name: str, arguments: dict[str, Any], mode: str = "auto") -> Any:  # noqa: ANN401 — JSON
    """What an assistant gets of a tool; the text is there for those that read no values, and says the same."""

    async def call() -> Any:  # noqa: ANN401 — JSON
        async with Assistant(server(articles), mode=mode) as assistant:
            result = await assistant.call_tool(name, arguments)
            assert not result.is_error, result.content[0].text
            assert json.loads(result.content[0].text) == result.structured_content
            return result.structured_content

    return anyio.run(call)


def refused(articles: Backend, name: str, arguments: dict[str, Any]) -> str:
    """Why an assistant gets nothing of a tool."""

    async def call() -> str:
        async with Assistant(server(articles)) as assistant:
            result = await assistant.call_tool(name, arguments)
            assert result.is_error
            return str(result.content[0].text)

    return anyio.run(call)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_answer_is_a_quote_that_names_its_place(articles: IndexBackend, mode: str) -> None:
    result = called(articles, "ask", {"question": "khi nào SCO Astana?"}, mode)
    assert (result["declined"], result["answer"], result["confidence"]) == (False, QUOTE, 0.91)
    (quote,) = result["quotes"]
    assert TEXT[quote["start"] : quote["end"]] == quote["text"] == QUOTE
    assert (quote["sentence"], quote["article"], quote["source"]) == (SENTENCE, ARTICLE.id, ARTICLE.source)
    assert (quote["title"], quote["published"], quote["url"]) == (ARTICLE.title, ARTICLE.published, ARTICLE.url)
    assert quote["also"] == [
        {
            "article": "00000000000000a2",
            "source": "002_x.txt",
            "title": "Bài khác",
            "start": 5,
            "end": 12,
            "quote": QUOTE,
        }
    ]
    assert quote["link"] is None


def test_a_declined_question_says_so_and_offers_nothing_to_quote(articles: IndexBackend) -> None:
    result = called(articles, "ask", {"question": "không có trong bài"})
    assert (result["declined"], result["answer"], result["quotes"]) == (True, None, [])
    assert SENTENCE not in json.dumps(result, ensure_ascii=False)


def test_a_search_returns_passages(articles: IndexBackend) -> None:
    (passage,) = called(articles, "search", {"question": "SCO"})["passages"]
    assert TEXT[passage["start"] : passage["end"]] == passage["text"] == SENTENCE


def test_filters_and_top_reach_the_asker(articles: IndexBackend, asker: FakeAsker) -> None:
    given = {"top": 4, "source": "2024/*", "from": "2024-01-01", "to": "2024-12-31", "language": "vi"}
    called(articles, "ask", {"question": "a", **given})
    called(articles, "search", {"question": "b", **given})
    filters = Filters(source="2024/*", since="2024-01-01", until="2024-12-31", language="vi")
    assert [(asked["top"], asked["filters"]) for asked in asker.asked] == [(4, filters)] * 2


def test_what_is_left_out_or_null_is_not_filtered(articles: IndexBackend, asker: FakeAsker) -> None:
    called(articles, "ask", {"question": "a", "source": None, "top": None})
    called(articles, "search", {"question": "b"})
    assert [(asked["top"], asked["filters"]) for asked in asker.asked] == [(None, None), (10, None)]


def test_an_article_is_read_whole_or_in_part(articles: IndexBackend) -> None:
    whole = called(articles, "read_article", {"id": ARTICLE.id})
    assert (whole["text"], whole["start"], whole["end"], whole["next"]) == (TEXT, 0, len(TEXT), None)
    assert (whole["source"], whole["publisher"], whole["language"]) == (ARTICLE.source, ARTICLE.publisher, "vi")
    part = called(articles, "read_article", {"id": ARTICLE.id, "start": START, "end": END})
    assert (part["text"], part["next"], part["length"]) == (QUOTE, END, len(TEXT))
    rest = called(articles, "read_article", {"id": ARTICLE.id, "start": END, "end": 10_000})
    assert (rest["text"], rest["end"], rest["next"]) == (TEXT[END:], len(TEXT), None)


def test_a_long_article_is_read_in_parts_that_make_the_whole(
    articles: IndexBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "MOST_READ", 10)
    read, position = [], 0
    while position is not None:
        part = called(articles, "read_article", {"id": ARTICLE.id, "start": position, "end": len(TEXT)})
        read.append(part["text"])
        position = part["next"]
    assert "".join(read) == TEXT
    assert [len(text) for text in read[:-1]] == [10] * (len(read) - 1)


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("ask", {"question": "a" * 501}, '"question" has 501 characters; at most 500 are allowed.'),
        ("ask", {"question": " "}, 'The question is blank (" "); ask something such as "khi nào SCO Astana?".'),
        ("ask", {"question": "a", "top": 21}, '"top" is 21; at most 20 is allowed.'),
        ("ask", {"question": "a", "top": "3"}, '"top" is "3"; a whole number is needed.'),
        ("ask", {"question": "a", "from": "mai"}, '"from" is "mai"; a date such as 2024-05-20 is needed.'),
        ("ask", {}, '"question" is missing.'),
        (
            "search",
            {"question": "a", "since": "2024"},
            '"since" is not an argument of search; question, top, source, from, to, language are.',
        ),
        ("read_article", {"id": "nope"}, 'There is no article "nope"; take `article` of a quote or passage.'),
        ("read_article", {"id": ""}, '"id" is empty; at least one character is needed.'),
        ("read_article", {"id": ARTICLE.id, "start": -1}, '"start" is -1; at least 0 is needed.'),
        (
            "read_article",
            {"id": ARTICLE.id, "start": 5, "end": 5},
            '"start" is 5 and "end" is 5; start before end is needed, and below 106, where the text ends.',
        ),
        (
            "read_article",
            {"id": ARTICLE.id, "start": 999},
            '"start" is 999 and "end" is null; start before end is needed, and below 106, where the text ends.',
        ),
    ],
)
def test_what_cannot_be_done_is_an_error_that_says_what_would_be_right(
    articles: IndexBackend, name: str, arguments: dict[str, Any], why: str
) -> None:
    assert refused(articles, name, arguments) == why


def test_a_crash_says_nothing_of_its_insides_and_the_next_question_is_answered(articles: IndexBackend) -> None:
    why = refused(articles, "ask", {"question": "crash"})
    assert why == "Something went wrong in hoidap; what it wrote to stderr says what."
    assert called(articles, "ask", {"question": "a"})["answer"] == QUOTE


def test_an_unknown_tool_is_an_error_of_the_protocol(articles: IndexBackend) -> None:
    async def call() -> None:
        async with Assistant(server(articles)) as assistant:
            with pytest.raises(MCPError, match='There is no tool "answer"; ask, search, read_article are there'):
                await assistant.call_tool("answer", {})

    anyio.run(call)


def test_every_tool_says_what_it_takes_and_gives_and_that_it_changes_nothing(articles: IndexBackend) -> None:
    async def listed() -> tuple[list[Any], str | None]:
        async with Assistant(server(articles)) as assistant:
            return (await assistant.list_tools()).tools, assistant.instructions

    offered, instructions = anyio.run(listed)
    assert [tool.name for tool in offered] == ["ask", "search", "read_article"]
    assert "declined" in str(instructions)
    for tool in offered:
        assert "verbatim" in str(tool.description)
        assert "code point" in str(tool.description)
        assert tool.input_schema["type"] == tool.output_schema["type"] == "object"
        assert tool.input_schema["additionalProperties"] is False
        assert tool.annotations.read_only_hint is True


def test_a_newer_generation_is_followed() -> None:
    now, newest = [0.0], [1]
    collection = LiveCollection(lambda: FakeAsker(newest[0]), lambda: newest[0], clock=lambda: now[0])
    collection.open()
    articles, asked = IndexBackend(collection), AskRequest(question="a")
    assert articles.ask(asked).index.generation == 1
    newest[0], now[0] = 2, CHECK_SECONDS
    assert articles.ask(asked).index.generation == 2


def test_a_service_is_asked_the_same_and_its_pages_are_linked(remote: ServiceBackend, asker: FakeAsker) -> None:
    (quote,) = called(remote, "ask", {"question": "a", "top": 2, "from": "2024-01-01"})["quotes"]
    assert quote["link"] == f"http://host/articles/{ARTICLE.id}?start={START}&end={END}#:~:text=th%C3%A1ng%207"
    assert (asker.asked[0]["top"], asker.asked[0]["filters"]) == (2, Filters(since="2024-01-01"))
    assert called(remote, "search", {"question": "a"})["passages"][0]["text"] == SENTENCE
    assert called(remote, "read_article", {"id": ARTICLE.id, "start": START, "end": END})["text"] == QUOTE
    assert called(remote, "ask", {"question": "không có"})["declined"] is True


def test_what_a_service_refuses_reaches_the_assistant_in_its_words(remote: ServiceBackend) -> None:
    why = refused(remote, "ask", {"question": "a", "from": "mai"})
    assert why == '"from" is "mai"; a date such as 2024-05-20 is needed.'
    assert refused(remote, "read_article", {"id": "nope"}).startswith('There is no article "nope"; ')


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (httpx.Response(502), "/base/ask answered 502 and did not say why; is a proxy in between?"),
        (httpx.Response(200, json=READY), "What /base/ask answered is not understood: "),
    ],
)
def test_a_service_that_fails_is_an_error_and_not_a_declined_question(response: httpx.Response, why: str) -> None:
    assert refused(ServiceBackend(answering(response)[0]), "ask", {"question": "a"}).startswith(why)


def readme_example(*arguments: str) -> StdioServerParameters:
    """The README's way to start the server, in this checkout, with other arguments after `mcp`."""
    example = (ROOT / "README.md").read_text(encoding="utf-8").split("```json\n")[1].split("```")[0]
    started = json.loads(example)["mcpServers"]["hoidap"]
    assert (started["command"], started["args"][:2]) == ("hoidap", ["mcp", "--index"])
    return StdioServerParameters(command=sys.executable, args=["-m", "api", "mcp", *arguments], cwd=ROOT)


def test_over_stdio_a_real_index_is_quoted_and_nothing_but_the_protocol_is_on_stdout(seeds_index: str) -> None:
    unasked: list[Any] = []

    async def keep(message: Any) -> None:  # noqa: ANN401 — whatever came
        unasked.append(message)

    async def talk() -> None:
        async with Assistant(readme_example("--index", seeds_index), message_handler=keep) as assistant:
            result = await assistant.call_tool("ask", {"question": "khi nào SCO Astana?"})
            quote = result.structured_content["quotes"][0]
            assert (quote["text"], quote["source"]) == ("tháng 7", "000_b1bbe682103b1e53.txt")
            place = {"id": quote["article"], "start": quote["start"], "end": quote["end"]}
            part = (await assistant.call_tool("read_article", place)).structured_content
            assert part["text"] == quote["text"]
            result = await assistant.call_tool("ask", {"question": "ai vô địch World Cup 1998?"})
            assert (result.structured_content["declined"], result.structured_content["quotes"]) == (True, [])
            assert (await assistant.call_tool("ask", {"question": "a" * 501})).is_error

    anyio.run(talk)
    assert unasked == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--index", "nowhere"], "No index in nowhere."),
        (["--index", "x", "--url", "http://host"], "--index and --url exclude each other."),
        (["--url", "http://[::1"], "'http://[::1' is not an address"),
    ],
)
def test_what_a_user_can_mend_is_one_line_on_stderr(
    arguments: list[str],
    complaint: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("api.log.set_up_logging", lambda _format: None)
    assert hoidap(["mcp", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(complaint)
    assert len(captured.err.splitlines()) == 1


@pytest.mark.parametrize("missing", ["mcp.server.lowlevel", "mcp_types"])
def test_without_its_package_the_command_names_what_to_install(
    missing: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("api.mcp", "api.mcp.assistants"):
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, missing, None)
    assert hoidap(["mcp"]) == 2
    said = "hoidap mcp needs the package mcp, version 2: pip install 'hoidap[mcp]'\n"
    assert capsys.readouterr().err == said


def test_a_service_may_be_named_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Callable[[], object]] = []
    monkeypatch.setenv("HOIDAP_INDEX", "nowhere")
    monkeypatch.setattr("api.log.set_up_logging", lambda _format: None)
    monkeypatch.setattr("api.mcp.assistants._serve", served.append)
    assert hoidap(["mcp", "--url", "http://host/"]) == 0
    assert len(served) == 1
