"""Reads gold sets: our questions.jsonl, SQuAD in JSON or in rows, BEIR folders. A broken row names file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from bench.gold import ROW, Gold, GoldError, GoldQuestion, content, digest, lines

BEIR_FILES = ("corpus.jsonl", "queries.jsonl")
BEIR_CORPUS = "corpus.jsonl"
SQUAD_ARTICLES = "squad.jsonl"
ID_DIGITS = 12
"""Hexadecimal digits that tell passages apart."""
TREC_FIELDS = 4
SHOWN = 3
"""Odd answers that a note names."""

Record = TypeVar("Record")
Row = TypeVar("Row", "_Document", "_Query")


def read_gold(path: Path) -> Gold:
    """Read a gold set of any format that is known.

    Raises:
        GoldError: it is missing, empty, or a row of it is not one.
    """
    if path.is_dir():
        return _beir(path)
    name = path.name.removesuffix(path.suffix) if path.suffix.lower() in {".xz", ".gz"} else path.name
    data = content(path)
    if not data.strip():
        raise GoldError(f"{path} is empty; write one question a line: {ROW}")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GoldError(f"{path}:{line}: not UTF-8 (byte {error.start}); save it as UTF-8.") from error
    stem = name.rpartition(".")[0] or name
    if name.lower().endswith(".json"):
        return _asked_of_passages(path, stem, data, _squad_passages(path, data))
    rows = lines(data)
    if b'"context"' in rows[0][1]:
        return _asked_of_passages(path, stem, data, _flat_passages(path, rows))
    questions = tuple(_decoded(line, GoldQuestion, f"{path}:{number}", ROW) for number, line in rows)
    return Gold(name=stem, sha256=digest(data), questions=questions)


def _decoded(line: bytes | msgspec.Raw, kind: type[Record], place: str, example: str) -> Record:
    """One record, or an error that names its place and what would be right."""
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise GoldError(f"{place}: {error}. A row is {example}") from error


class _Answer(msgspec.Struct):
    text: str
    answer_start: int = -1


class _Answers(msgspec.Struct):
    """Answers as rows of two columns, which is how the `datasets` library writes them."""

    text: list[str]
    answer_start: list[int] = []


class _Question(msgspec.Struct):
    question: str
    answers: list[_Answer] | _Answers | msgspec.UnsetType | None = msgspec.UNSET
    is_impossible: bool = False

    def __post_init__(self) -> None:
        """Tell a question without an answer from one whose answers are missing."""
        if self.answers is msgspec.UNSET and not self.is_impossible:
            raise ValueError('"answers" is missing; [] is a question that must be declined')

    @property
    def accepted(self) -> list[_Answer]:
        """The answers that count; SQuAD 2.0 says of a question that there is none."""
        if self.is_impossible or not self.answers:
            return []
        if isinstance(self.answers, list):
            return self.answers
        starts = self.answers.answer_start or [-1] * len(self.answers.text)
        return [_Answer(text, start) for text, start in zip(self.answers.text, starts, strict=False)]


class _FlatQuestion(_Question, kw_only=True):
    context: str
    title: str | None = None


class _Paragraph(msgspec.Struct):
    context: str
    qas: list[msgspec.Raw]


class _Article(msgspec.Struct):
    paragraphs: list[msgspec.Raw]
    title: str | None = None


class _Squad(msgspec.Struct):
    data: list[msgspec.Raw]


SQUAD_ROW = '{"question": "…", "answers": [{"text": "…", "answer_start": 0}]}'
FLAT_ROW = '{"context": "…", "question": "…", "answers": [{"text": "…", "answer_start": 0}]}'
SQUAD_FILE = '{"data": [{"title": "…", "paragraphs": [{"context": "…", "qas": […]}]}]}'

Passage = tuple[str, str, _Question, str]
"""Title, context, question, and the place of the question in the file."""


def _squad_passages(path: Path, data: bytes) -> Iterator[Passage]:
    """Every question of a SQuAD 1.1 or 2.0 file; or of a JSON list of rows."""
    if data.lstrip().startswith(b"["):
        rows = _decoded(data, list[msgspec.Raw], str(path), FLAT_ROW)
        yield from _flat_passages(path, [(_line(data, row), bytes(row)) for row in rows])
        return
    for i, raw_article in enumerate(_decoded(data, _Squad, str(path), SQUAD_FILE).data):
        where = f"{path}:{_line(data, raw_article)} data[{i}]"
        article = _decoded(raw_article, _Article, where, SQUAD_FILE)
        for j, raw_paragraph in enumerate(article.paragraphs):
            where = f"{path}:{_line(data, raw_paragraph)} data[{i}].paragraphs[{j}]"
            paragraph = _decoded(raw_paragraph, _Paragraph, where, SQUAD_FILE)
            for k, raw in enumerate(paragraph.qas):
                place = f"{path}:{_line(data, raw)} data[{i}].paragraphs[{j}].qas[{k}]"
                yield article.title or "", paragraph.context, _decoded(raw, _Question, place, SQUAD_ROW), place


def _line(data: bytes, part: msgspec.Raw) -> int:
    """The line that a part of the file begins in; a part that stands there twice has the first one's."""
    return data.count(b"\n", 0, max(data.find(bytes(part)), 0)) + 1


def _flat_passages(path: Path, rows: Iterable[tuple[int, bytes]]) -> Iterator[Passage]:
    """Every row of a file that repeats the context with each question."""
    for number, line in rows:
        place = f"{path}:{number}"
        row = _decoded(line, _FlatQuestion, place, FLAT_ROW)
        yield row.title or "", row.context, row, place


def _asked_of_passages(path: Path, name: str, data: bytes, passages: Iterator[Passage]) -> Gold:
    """A set whose every distinct context is an article of its own."""
    ids: dict[str, str] = {}
    articles, questions, odd = [], [], []
    for title, context, asked, place in passages:
        if context not in ids:
            # Named by what it says, so that a question is the same one when others are put before it.
            ids[context] = digest(context.encode())[:ID_DIGITS]
            articles.append({"id": ids[context], "title": title, "text": context})
        questions.append(_question_on(asked, f"{SQUAD_ARTICLES}#{ids[context]}", context, place))
        odd += [place for answer in asked.accepted if not _stands(answer, context)]
    if not questions:
        raise GoldError(f"{path} holds no question. A file in SQuAD format is {SQUAD_FILE}")
    notes = (f"{len(odd)} answers do not stand where they claim to: {', '.join(odd[:SHOWN])}",) if odd else ()
    return Gold(name=name, sha256=digest(data), questions=tuple(questions), articles=tuple(articles), notes=notes)


def _question_on(asked: _Question, source: str, context: str, place: str) -> GoldQuestion:
    """One question on an article."""
    accepted = asked.accepted
    answers = tuple(dict.fromkeys(answer.text for answer in accepted))
    placed = all(answer.answer_start >= 0 and _stands(answer, context) for answer in accepted)
    try:
        return GoldQuestion(
            question=asked.question,
            answers=answers,
            source=source if answers else "",
            kind="" if answers else "none",
            starts=tuple(sorted({answer.answer_start for answer in accepted})) if placed else (),
        )
    except ValueError as error:
        raise GoldError(f"{place}: {error}. A row is {SQUAD_ROW}") from error


def _stands(answer: _Answer, context: str) -> bool:
    """Whether an answer stands in its context, at its place if it names one."""
    if answer.answer_start < 0:
        return answer.text in context
    return context.startswith(answer.text, answer.answer_start)


Id = Annotated[str, msgspec.Meta(min_length=1)]


class _Document(msgspec.Struct, rename={"id": "_id"}):
    id: Id
    text: str
    title: str = ""


class _Query(msgspec.Struct, rename={"id": "_id"}):
    id: Id
    text: str


def _beir(folder: Path) -> Gold:
    """A BEIR folder (Thakur et al. 2021): corpus, queries and judgements; the queries without any are left out."""
    for name in BEIR_FILES:
        if not (folder / name).is_file():
            raise GoldError(
                f"{folder} has no {name}; a BEIR folder holds corpus.jsonl, queries.jsonl and qrels/test.tsv."
            )
    judgements = _qrels_of(folder)
    judged = _judgements(judgements)
    # Some documents have nothing but a title.
    articles = [
        {"id": row.id, "title": row.title, "text": row.text.strip() or row.title}
        for row in _records(folder / BEIR_CORPUS, _Document, '{"_id": "…", "title": "…", "text": "…"}')
    ]
    known = {f"{BEIR_CORPUS}#{article['id']}" for article in articles}
    questions = [
        GoldQuestion(question=query.text, answers=(), grades=judged[query.id])
        for query in _records(folder / "queries.jsonl", _Query, '{"_id": "…", "text": "…"}')
        if any(grade > 0 for grade in judged.get(query.id, {}).values())
    ]
    if not questions:
        raise GoldError(f"{folder}: no query has a relevant document in {judgements}.")
    unknown = {source for question in questions for source in question.grades} - known
    return Gold(
        name=folder.resolve().name,
        sha256=digest(*(content(path) for path in (*(folder / name for name in BEIR_FILES), judgements))),
        questions=tuple(questions),
        articles=tuple(articles),
        file=BEIR_CORPUS,
        notes=(f"{len(unknown)} judged documents are not in {BEIR_CORPUS}",) if unknown else (),
    )


def _records(path: Path, kind: type[Row], example: str) -> list[Row]:
    """The rows of a BEIR file, each id once."""
    found: dict[str, Row] = {}
    for number, line in lines(content(path)):
        row = _decoded(line, kind, f"{path}:{number}", example)
        if row.id in found:
            raise GoldError(f"{path}:{number}: the _id {row.id!r} stands above already.")
        found[row.id] = row
    if not found:
        raise GoldError(f"{path} is empty. A row is {example}")
    return list(found.values())


def _qrels_of(folder: Path) -> Path:
    """The judgements: the test split, or the only one there is."""
    found = sorted((folder / "qrels").glob("*.tsv")) or sorted(folder.glob("qrels*.tsv"))
    test = [path for path in found if path.stem == "test"]
    if not test and len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise GoldError(f"{folder} has no qrels/test.tsv (found: {names}).")
    return (test or found)[0]


_GRADE = re.compile(r"-?[0-9]{1,3}")


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    """Grade by source by query: lines of query, document and grade, tabs between; a TREC line has a 0 second."""
    judged: dict[str, dict[str, int]] = {}
    for number, line in lines(content(path)):
        try:
            text = line.decode().strip()
        except UnicodeDecodeError:
            raise GoldError(f"{path}:{number}: not UTF-8; save it as UTF-8.") from None
        fields = [field.strip() for field in text.split("\t")] if "\t" in text else text.split()
        if number == 1 and fields[:2] == ["query-id", "corpus-id"]:
            continue
        if len(fields) == TREC_FIELDS:
            del fields[1]
        if len(fields) != TREC_FIELDS - 1 or not _GRADE.fullmatch(fields[2]):
            raise GoldError(f"{path}:{number}: {text!r}. A line is query, document and grade, a whole number.")
        query, source = fields[0], f"{BEIR_CORPUS}#{fields[1]}"
        if source in judged.setdefault(query, {}):
            raise GoldError(f"{path}:{number}: document {fields[1]!r} was judged for query {query!r} above already.")
        judged[query][source] = int(fields[2])
    return judged
