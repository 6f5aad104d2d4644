from __future__ import annotations

from typing import TYPE_CHECKING

from index.errors import FilterError
from index.records import Article, ArticleSummary, Chunk, Filters, Hit, Range
from index.text import folded_terms, word_texts
from qa.records import Answer, Citation, IndexState, Passage, Place, Question, Reply, SearchReply, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

SENTENCE = "“Hai bên gặp nhau tại Astana vào tháng 7”, ông nói."
TEXT = f"\ufeffTrang chủ\r\n🙂 {SENTENCE}\nBài liên quan: <script>alert(1)</script>"
QUOTE = "tháng 7"
START = TEXT.index(QUOTE)
ARTICLE = Article(
    id="00000000000000a1",
    source="000_b1bb.txt",
    sha256="ab" * 32,
    title='Đằng sau "tái hợp" <b>Nga</b> & Trung',
    published="2024-05-20",
    publisher="Kinhtedothi",
    url="https://example.org/a?b=1&c=2",
    language="vi",
    text=TEXT,
    boilerplate=(Range(0, 10), Range(TEXT.index("Bài liên"), len(TEXT))),
)


class FakeSnapshot:
    def __init__(self, generation: int) -> None:
        self.generation = self.version = generation
        self.article_count = 1
        self.chunk_count = 2

    def article(self, article_id: str) -> Article | None:
        return ARTICLE if article_id == ARTICLE.id else None

    def settle(self) -> None:
        pass

    def newest(self, count: int) -> list[ArticleSummary]:
        return self.articles(0, count)

    def matching(
        self, _field: str, terms: Sequence[str], count: int, _selection: Sequence[int] | None = None
    ) -> list[Hit]:
        return [Hit(1, 1.0)][:count] if set(terms) & set(folded_terms(word_texts(ARTICLE.title))) else []

    def chunks(self, ids: Sequence[int]) -> list[Chunk]:
        shared = {"article": ARTICLE.id, "title": ARTICLE.title}
        return [Chunk(id=each, start=0, end=len(TEXT), text=TEXT, **shared) for each in ids]

    def articles(self, offset: int, limit: int) -> list[ArticleSummary]:
        shared = {name: getattr(ARTICLE, name) for name in ArticleSummary.__struct_fields__ if name != "chunks"}
        return [ArticleSummary(**shared, chunks=2)][offset : offset + limit]


class FakeAsker:
    """Answers everything with the one sentence, except questions that say what should go wrong."""

    def __init__(self, generation: int = 1) -> None:
        self.snapshot = FakeSnapshot(generation)
        self.asked: list[dict[str, object]] = []
        self.closed = False

    @property
    def version(self) -> str:
        return f"fake {self.snapshot.generation}"

    def ask(
        self,
        question: str,
        *,
        top: int | None = None,
        filters: Filters | None = None,
        context: Sequence[str] = (),
        repair: bool = True,
    ) -> Reply:
        assert not self.closed
        self.asked.append({"question": question, "top": top, "filters": filters, "context": context, "repair": repair})
        if "crash" in question:
            raise RuntimeError("secret internals")
        if filters and filters.since == "mai":
            raise FilterError('"from" is "mai"; a date such as 2024-05-20 is needed.')
        answers = () if "không" in question else (_answer(),)
        return Reply(
            question=question,
            understood=_understood(question),
            answered=bool(answers),
            answer=QUOTE if answers else None,
            confidence=0.91 if answers else 0.2,
            answers=answers,
            passages=(_passage(),),
            index=IndexState(generation=self.snapshot.generation, articles=1, chunks=2),
            took_ms=7.9,
        )

    def search(
        self, question: str, *, top: int = 10, filters: Filters | None = None, repair: bool = True
    ) -> SearchReply:
        self.asked.append({"question": question, "top": top, "filters": filters, "repair": repair})
        state = IndexState(generation=self.snapshot.generation, articles=1, chunks=2)
        return SearchReply(
            question=question, understood=_understood(question), passages=(_passage(),), index=state, took_ms=1.0
        )

    def close(self) -> None:
        self.closed = True


def _understood(question: str) -> Question:
    return Question(text=question, type="time", language="vi", steps=(Step("accents", "khi nao", "khi nào"),))


def _passage() -> Passage:
    start = TEXT.index(SENTENCE)
    return Passage(
        article=ARTICLE.id,
        source=ARTICLE.source,
        title=ARTICLE.title,
        start=start,
        end=start + len(SENTENCE),
        text=SENTENCE,
        score=0.03,
    )


def _answer() -> Answer:
    end = START + len(QUOTE)
    sentence = TEXT.index(SENTENCE)
    citation = Citation(
        article=ARTICLE.id,
        source=ARTICLE.source,
        title=ARTICLE.title,
        url=ARTICLE.url,
        published=ARTICLE.published,
        sha256=ARTICLE.sha256,
        start=START,
        end=end,
        quote=QUOTE,
        sentence_start=sentence,
        sentence_end=sentence + len(SENTENCE),
        prefix="Astana vào ",
        suffix="”, ông",
        link=f"/articles/{ARTICLE.id}?start={START}&end={end}#:~:text=th%C3%A1ng%207",
    )
    also = (Place(article="00000000000000a2", source="002_x.txt", title="Bài khác", start=5, end=12, quote=QUOTE),)
    return Answer(text=QUOTE, confidence=0.91, sentence=SENTENCE, citation=citation, also=also)
