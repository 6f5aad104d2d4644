"""Reads gold sets: our questions.jsonl, SQuAD in JSON or in rows, BEIR folders. A broken row names file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bench.gold import ROW, Gold, GoldError, GoldQuestion, content, digest, lines

BEIR_FILES = ("corpus.jsonl", "queries.jsonl")
BEIR_CORPUS = "corpus.jsonl"
SHOWN = 3
"""Odd answers that a note names."""

Record = TypeVar("Record")


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
    rows = lines(path)
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
    answers: list[_Answer] | _Answers = []
    is_impossible: bool = False

    @property
    def accepted(self) -> list[_Answer]:
        """The answers that count; SQuAD 2.0 says of a question that there is none."""
        if self.is_impossible:
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
    title: str = ""


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
                yield article.title, paragraph.context, _decoded(raw, _Question, place, SQUAD_ROW), place


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
            ids[context] = str(len(ids))
            articles.append({"id": ids[context], "title": title, "text": context})
        answers = tuple(dict.fromkeys(answer.text for answer in asked.accepted))
        source = f"squad.jsonl#{ids[context]}" if answers else ""
        questions.append(
            GoldQuestion(question=asked.question, answers=answers, source=source, kind="" if answers else "none")
        )
        odd += [place for answer in asked.accepted if not _stands(answer, context)]
    if not questions:
        raise GoldError(f"{path} holds no question. A file in SQuAD format is {SQUAD_FILE}")
    notes = (f"{len(odd)} answers do not stand where they claim to: {', '.join(odd[:SHOWN])}",) if odd else ()
    return Gold(name=name, sha256=digest(data), questions=tuple(questions), articles=tuple(articles), notes=notes)


def _stands(answer: _Answer, context: str) -> bool:
    """Whether an answer stands in its context, at its place if it names one."""
    if answer.answer_start < 0:
        return answer.text in context
    return context.startswith(answer.text, answer.answer_start)


class _Document(msgspec.Struct, rename={"id": "_id"}):
    id: str
    text: str
    title: str = ""


class _Query(msgspec.Struct, rename={"id": "_id"}):
    id: str
    text: str


def _beir(folder: Path) -> Gold:
    """A BEIR folder (Thakur et al. 2021): corpus, queries and judgements; the queries without any are left out."""
    for name in BEIR_FILES:
        if not (folder / name).is_file():
            raise GoldError(
                f"{folder} has no {name}; a BEIR folder holds corpus.jsonl, queries.jsonl and qrels/test.tsv."
            )
    judged = _judgements(_qrels_of(folder))
    articles = []
    for number, line in lines(folder / BEIR_CORPUS):
        example = '{"_id": "…", "title": "…", "text": "…"}'
        row = _decoded(line, _Document, f"{folder / BEIR_CORPUS}:{number}", example)
        articles.append({"id": row.id, "title": row.title, "text": row.text})
    known = {f"{BEIR_CORPUS}#{article['id']}" for article in articles}
    questions, unknown = [], set()
    for number, line in lines(folder / "queries.jsonl"):
        query = _decoded(line, _Query, f"{folder / 'queries.jsonl'}:{number}", '{"_id": "…", "text": "…"}')
        grades = judged.get(query.id, {})
        unknown |= grades.keys() - known
        if any(grade > 0 for grade in grades.values()):
            questions.append(GoldQuestion(question=query.text, answers=(), grades=grades))
    if not questions:
        raise GoldError(f"{folder}: no query has a relevant document in {_qrels_of(folder)}.")
    notes = (f"{len(unknown)} judged documents are not in {BEIR_CORPUS}",) if unknown else ()
    data = digest(*(content(folder / name) for name in BEIR_FILES), content(_qrels_of(folder)))
    return Gold(
        name=folder.name,
        sha256=data,
        questions=tuple(questions),
        articles=tuple(articles),
        file=BEIR_CORPUS,
        notes=notes,
    )


def _qrels_of(folder: Path) -> Path:
    """The judgements: the test split, or the only one there is."""
    found = sorted((folder / "qrels").glob("*.tsv")) or sorted(folder.glob("qrels*.tsv"))
    test = [path for path in found if path.stem == "test"]
    if not test and len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise GoldError(f"{folder} has no qrels/test.tsv (found: {names}).")
    return (test or found)[0]


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    """Grade by source by query: lines of query, document and grade, tab between; a TREC line has a 0 second."""
    judged: dict[str, dict[str, int]] = {}
    for number, line in lines(path):
        fields: list[Any] = line.decode(errors="replace").split()
        if len(fields) == 4:  # noqa: PLR2004 — query, iteration, document, grade
            del fields[1]
        if number == 1 and not fields[-1].lstrip("-").isdigit():
            continue
        if len(fields) != 3 or not fields[2].lstrip("-").isdigit():  # noqa: PLR2004 — query, document, grade
            raise GoldError(f"{path}:{number}: {line.decode(errors='replace')!r}. A line is query, document and grade.")
        judged.setdefault(fields[0], {})[f"{BEIR_CORPUS}#{fields[1]}"] = int(fields[2])
    return judged
