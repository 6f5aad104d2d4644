from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.http.contract import MAX_BODY

if TYPE_CHECKING:
    from httpx import Response
    from litestar import Litestar
    from litestar.testing import TestClient

JSON = {"Content-Type": "application/json"}


def detail_of(response: Response, status: int = 400) -> str:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert set(problem) == {"type", "title", "status", "detail"}
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    assert problem["title"] == HTTPStatus(status).phrase
    return str(problem["detail"])


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, '"question" is missing.'),
        ({"question": ""}, '"question" is empty; at least one character is needed.'),
        ({"question": "a" * 10_000}, '"question" has 10000 characters; at most 500 are allowed.'),
        ({"question": 5}, '"question" is 5; a text is needed.'),
        ({"question": None}, '"question" is null; a text is needed.'),
        ({"question": ["a"]}, '"question" is ["a"]; a text is needed.'),
        ({"question": "a", "top": 0}, '"top" is 0; at least 1 is needed.'),
        ({"question": "a", "top": 21}, '"top" is 21; at most 20 is allowed.'),
        ({"question": "a", "top": "3"}, '"top" is "3"; a whole number is needed.'),
        ({"question": "a", "top": 1.5}, '"top" is 1.5; a whole number is needed.'),
        ({"question": "a", "top": True}, '"top" is true; a whole number is needed.'),
        ({"question": "a", "topp": 3}, '"topp" is not known here; /schema lists what is.'),
        ({"question": "a", "filters": {"since": "2024"}}, '"since" is not known here; /schema lists what is.'),
        ({"question": "a", "filters": {"from": 2024}}, '"filters.from" is 2024; a text is needed.'),
        ({"question": "a", "filters": []}, '"filters" is []; an object is needed.'),
        ({"question": "a", "context": "b"}, '"context" is "b"; a list is needed.'),
        ({"question": "a", "context": ["b"] * 6}, '"context" has 6 entries; at most 5 are allowed.'),
        ({"question": "a", "context": ["b", 1]}, '"context[1]" is 1; a text is needed.'),
        ({"question": "a", "filters": {"from": "mai"}}, '"from" is "mai"; a date such as 2024-05-20 is needed.'),
        ([], "What was sent is []; an object is needed."),
        (None, "What was sent is null; an object is needed."),
    ],
)
def test_a_bad_body_is_told_what_was_wrong_and_what_would_be_right(
    client: TestClient[Litestar], body: object, detail: str
) -> None:
    assert detail_of(client.post("/ask", content=json.dumps(body), headers=JSON)) == detail


@pytest.mark.parametrize(
    "body", [b"", b"{", b"question", b'{"question":NaN}', b"[" * 60_000, b'{"question":"\\ud800"}']
)
def test_a_body_that_is_not_json_is_refused(client: TestClient[Litestar], body: bytes) -> None:
    assert detail_of(client.post("/ask", content=body, headers=JSON)).startswith("The body is not JSON: ")


def test_a_body_that_is_not_utf_8_is_refused(client: TestClient[Litestar]) -> None:
    detail = detail_of(client.post("/ask", content=b'{"question":"khi n\xe0o"}', headers=JSON))
    assert detail.startswith("The body is not UTF-8: ")


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ";;"]
)
def test_a_body_must_call_itself_json_in_utf_8(client: TestClient[Litestar], content_type: str) -> None:
    response = client.post("/ask", content=b'{"question":"a"}', headers={"Content-Type": content_type})
    expected = f'Content-Type is "{content_type}"; application/json in UTF-8 is needed.'
    assert detail_of(response, 415) == expected


def test_json_may_name_its_charset(client: TestClient[Litestar]) -> None:
    headers = {"Content-Type": 'Application/JSON; charset="UTF-8"'}
    assert client.post("/ask", content=b'{"question":"a"}', headers=headers).status_code == 200


def test_a_body_over_the_limit_is_refused_before_it_is_read(client: TestClient[Litestar]) -> None:
    detail = detail_of(client.post("/ask", content=b" " * (MAX_BODY + 1), headers=JSON), 413)
    assert detail == "The body has more than the 64000 bytes that are allowed."


def test_a_blank_question_before_the_question_is_refused(client: TestClient[Litestar]) -> None:
    response = client.post("/ask", json={"question": "a", "context": ["b", "\x19"]})
    assert detail_of(response).startswith("The question is blank (")


@pytest.mark.parametrize("written", ["3.0", "3e0", "0.3e1"])
def test_a_whole_number_may_be_written_with_a_point_or_an_exponent(client: TestClient[Litestar], written: str) -> None:
    response = client.post("/ask", content=f'{{"question": "a", "top": {written}}}', headers=JSON)
    assert response.status_code == 200


@pytest.mark.parametrize("blank", [" ", "\t\n", "\u00a0", "\u200b\u200d", "\ufeff", "\x00\x1f", "\u0301", "\u3000"])
@pytest.mark.parametrize("path", ["/ask", "/search"])
def test_a_question_in_which_nothing_can_be_read_is_refused(
    client: TestClient[Litestar], path: str, blank: str
) -> None:
    assert detail_of(client.get(path, params={"q": blank})).startswith("The question is blank (")
    if path == "/ask":
        assert detail_of(client.post(path, json={"question": blank})).startswith("The question is blank (")


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("/ask", "Missing required query parameter 'q' for path /ask"),
        ("/ask?q=", '"q" is empty; at least one character is needed.'),
        ("/ask?q=" + "a" * 501, '"q" has 501 characters; at most 500 are allowed.'),
        ("/ask?q=a&top=0", '"top" is "0"; at least 1 is needed.'),
        ("/ask?q=a&top=21", '"top" is "21"; at most 20 is allowed.'),
        ("/ask?q=a&top=ba", '"top" is "ba"; a whole number is needed.'),
        ("/ask?q=a&top=", '"top" is ""; a whole number is needed.'),
        ("/ask?q=a&top=1.5", '"top" is "1.5"; a whole number is needed.'),
        ("/ask?q=a&top=1&top=2", '"top" is given more than once; give it once.'),
        ("/ask?q=a&from=", '"from" is empty; at least one character is needed.'),
        ("/ask?q=a&from=mai", '"from" is "mai"; a date such as 2024-05-20 is needed.'),
        (
            "/ask?question=a",
            '"question" is not a parameter here; from, language, q, repair, source, to, top may be given.',
        ),
        ("/ask?q=%ff", "The query string is not UTF-8 (invalid start byte); percent-encode UTF-8."),
        ("/ask?q=%ed%a0%80", "The query string is not UTF-8 (invalid continuation byte); percent-encode UTF-8."),
        ("/search?q=a&top=0", '"top" is "0"; at least 1 is needed.'),
        ("/articles?limit=0", '"limit" is "0"; at least 1 is needed.'),
        ("/articles?limit=101", '"limit" is "101"; at most 100 is allowed.'),
        ("/articles?offset=-1", '"offset" is "-1"; at least 0 is needed.'),
        ("/articles?page=2", '"page" is not a parameter here; limit, offset may be given.'),
        ("/healthz?x=1", '"x" is not a parameter here; none may be given.'),
    ],
)
def test_a_bad_link_is_told_what_was_wrong_and_what_would_be_right(
    client: TestClient[Litestar], url: str, detail: str
) -> None:
    assert detail_of(client.get(url)) == detail


def test_a_number_too_long_for_a_machine_is_refused(client: TestClient[Litestar]) -> None:
    assert detail_of(client.get("/articles?offset=" + "9" * 30)).startswith('"offset" is "999')
    assert detail_of(client.get("/articles?offset=" + "9" * 6000)).startswith('"offset" is "999')


@pytest.mark.parametrize(
    "path", ["/nope", "/ask/more", "/articles/x/text/y", "/schema/nope", "/assets/nope", "/assets"]
)
def test_an_unknown_address_is_a_problem(client: TestClient[Litestar], path: str) -> None:
    assert detail_of(client.get(path), 404) == f'There is nothing at "{path}"; /schema lists what there is.'


def test_files_outside_the_widget_folder_are_not_served(client: TestClient[Litestar]) -> None:
    detail_of(client.get("/assets/%2e%2e/app.py"), 404)
    detail_of(client.get("/assets/%2fetc/passwd"), 404)


def test_a_wrong_method_is_told_the_right_ones(client: TestClient[Litestar]) -> None:
    response = client.put("/ask")
    assert detail_of(response, 405).startswith('PUT is not allowed at "/ask"; ')
    assert {"GET", "POST"} <= set(response.headers["allow"].split(", "))


def test_a_crash_says_nothing_of_its_insides(client: TestClient[Litestar]) -> None:
    response = client.get("/ask", params={"q": "crash"})
    assert detail_of(response, 500) == "Something went wrong here; the service's log says what."
    assert "secret" not in response.text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: json.dumps({"question": text}).encode()))
def test_no_body_makes_the_service_fail(client: TestClient[Litestar], body: bytes) -> None:
    assert client.post("/ask", content=body, headers=JSON).status_code in {200, 400}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.binary(max_size=40).map(lambda raw: "".join(f"%{byte:02x}" for byte in raw)))
def test_no_query_makes_the_service_fail(client: TestClient[Litestar], query: str) -> None:
    assert client.get(f"/ask?q={query}").status_code in {200, 400}
    assert client.get(f"/search?{query}=a&q=a").status_code == 400
