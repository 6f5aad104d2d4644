import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import FilterError, IndexMismatch
from index.records import Filters
from qa.config import AskConfig
from qa.pipeline import Asker, open_asker
from qa.records import Reply

SEEDS = Path(__file__).parents[2] / "seeds"
GOLD = [json.loads(line)["question"] for line in (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def assert_verbatim(asker: Asker, reply: Reply) -> None:
    """Law 3, against the files themselves."""
    for answer in reply.answers:
        cited = answer.citation
        text = (SEEDS / cited.source).read_bytes().decode()
        assert text[cited.start : cited.end] == cited.quote == answer.text
        assert text[cited.sentence_start : cited.sentence_end] == answer.sentence
        assert cited.sentence_start <= cited.start < cited.end <= cited.sentence_end
        assert text[: cited.start].endswith(cited.prefix)
        assert text[cited.end :].startswith(cited.suffix)
        for place in answer.also:
            there = (SEEDS / place.source).read_bytes().decode()
            assert there[place.start : place.end] == place.quote
        article = asker.snapshot.article(cited.article)
        assert article is not None
        assert not any(r.start < cited.sentence_end and cited.sentence_start < r.end for r in article.boilerplate)


@pytest.mark.parametrize("question", GOLD)
def test_every_answer_is_verbatim_and_never_boilerplate(eager_asker: Asker, question: str) -> None:
    assert_verbatim(eager_asker, eager_asker.ask(question, top=20))


@given(question=st.text(max_size=60))
def test_any_text_gets_a_reply_and_every_answer_is_verbatim(eager_asker: Asker, question: str) -> None:
    assert_verbatim(eager_asker, eager_asker.ask(question))


@given(
    words=st.lists(
        st.sampled_from(
            [
                "Nga",
                "Trung",
                "SCO",
                "khi",
                "nào",
                "2023",
                "普京",
                "Путин",
                "Lavrov",
                "7",
                "🙂",
                "\u0301",
                "?",
                "“",
                "\r\n",
                "\ufeff",
            ]
        )
    )
)
def test_any_words_of_the_field_get_a_reply(eager_asker: Asker, words: list[str]) -> None:
    assert_verbatim(eager_asker, eager_asker.ask(" ".join(words), top=5))


def test_top_bounds_the_answers_and_they_differ(eager_asker: Asker) -> None:
    replies = [eager_asker.ask("Ngoại trưởng Nga là ai", top=top) for top in (1, 3, 20)]
    counts = [len(reply.answers) for reply in replies]
    assert counts[:2] == [1, 3]
    assert 3 < counts[2] <= 20
    texts = [answer.text.casefold() for answer in replies[2].answers]
    assert len(set(texts)) == len(texts)


def test_declined_has_no_answer_but_the_nearest_passages(asker: Asker) -> None:
    reply = asker.ask("cách nấu phở bò ngon tại nhà")
    assert (reply.answered, reply.answer, reply.answers) == (False, None, ())
    assert reply.passages


def test_the_threshold_decides(seeds_index: str) -> None:
    never = open_asker(seeds_index, AskConfig(threshold=1.0))
    assert not never.ask("khi nào SCO Astana?").answered
    never.close()


def test_filters_leave_only_their_articles(eager_asker: Asker) -> None:
    reply = eager_asker.ask("Nga Trung", filters=Filters(source="00[23]*"), top=20)
    assert {answer.citation.source[:3] for answer in reply.answers} <= {"002", "003"}
    assert {passage.source[:3] for passage in reply.passages} <= {"002", "003"}


def test_an_undated_article_fails_a_date_filter(eager_asker: Asker) -> None:
    reply = eager_asker.ask("Nga Trung", filters=Filters(since="2021-01-01", until="2021-12-31"))
    assert {passage.source for passage in reply.passages} == {"003_ca204272cd7bc2c0.txt"}


@pytest.mark.parametrize(
    "filters", [Filters(source="nowhere/*"), Filters(since="1999-01-01", until="1999-12-31"), Filters(language="fr")]
)
def test_filters_bind_also_where_they_leave_nothing(eager_asker: Asker, filters: Filters) -> None:
    reply = eager_asker.ask("khi nào SCO Astana?", filters=filters)
    assert (reply.answered, reply.passages) == (False, ())
    assert eager_asker.search("SCO Astana", filters=filters).passages == ()


def test_a_date_that_is_none_is_refused(asker: Asker) -> None:
    with pytest.raises(FilterError, match="2024-13-01"):
        asker.ask("khi nào?", filters=Filters(since="2024-13-01"))


def test_search_returns_passages_in_order(asker: Asker) -> None:
    found = asker.search("hội nghị SCO tại Astana", top=7).passages
    assert len(found) == 7
    assert [passage.score for passage in found] == sorted((passage.score for passage in found), reverse=True)
    text = (SEEDS / found[0].source).read_bytes().decode()
    assert text[found[0].start : found[0].end] == found[0].text


def test_an_index_of_other_weights_is_refused(seeds_index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.embed.embedder_named", lambda _name: SimpleNamespace(sha256="0" * 64))
    with pytest.raises(IndexMismatch, match="hoidap build"):
        open_asker(seeds_index, AskConfig())
