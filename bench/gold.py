"""Gold questions: our own questions.jsonl, or any file in SQuAD format, which brings its articles along."""

from __future__ import annotations

from pathlib import Path

import msgspec

from index.errors import HoidapError

ROW = '{"question": "…", "answers": ["…"], "source": "a.txt", "kind": "time", "variant": ""}'
"""What a row of questions.jsonl looks like."""


class GoldError(HoidapError):
    """A gold file cannot be read; the message names file and line."""


class GoldQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question with every accepted answer; none means that it must be declined.

    Attributes:
        source: files that answer it, joined by "|".
        kind: time, num, who, where, what, why, how, or none.
        variant: how it was typed, such as "no_accents" or "en".
    """

    question: str
    answers: tuple[str, ...]
    source: str = ""
    kind: str = ""
    variant: str = ""

    @property
    def sources(self) -> frozenset[str]:
        """The files that answer it."""
        return frozenset(self.source.split("|")) if self.source else frozenset()


class Gold(msgspec.Struct, frozen=True):
    """Questions, and the jsonl rows of the articles that they are asked of (none: the index that is given)."""

    questions: tuple[GoldQuestion, ...]
    articles: tuple[dict[str, str], ...] = ()


def read_gold(path: Path) -> Gold:
    """Read questions.jsonl or a SQuAD file.

    Raises:
        GoldError: the file is missing, empty, or a row is not one.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path} cannot be read: {error}") from error
    if not text.strip():
        raise GoldError(f"{path} is empty; write one question a line, as in seeds/questions.jsonl.")
    return _squad(path, text) if path.suffix.lower() == ".json" else _rows(path, text)


def _rows(path: Path, text: str) -> Gold:
    """Our own format, one question a line."""
    questions = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            questions.append(msgspec.json.decode(line, type=GoldQuestion))
        except (msgspec.DecodeError, UnicodeEncodeError) as error:
            raise GoldError(f"{path}:{number}: {error}. A row is {ROW}") from error
    return Gold(tuple(questions))


class _SquadAnswer(msgspec.Struct):
    text: str


class _SquadQuestion(msgspec.Struct):
    question: str
    answers: list[_SquadAnswer] = []


class _SquadParagraph(msgspec.Struct):
    context: str
    qas: list[_SquadQuestion]


class _SquadArticle(msgspec.Struct):
    paragraphs: list[_SquadParagraph]
    title: str = ""


class _Squad(msgspec.Struct):
    data: list[_SquadArticle]


SQUAD_FILE = "squad.jsonl"
"""Name of the articles of a SQuAD file in the collection that is built of them."""


def _squad(path: Path, text: str) -> Gold:
    """SQuAD 1.1 or 2.0: each paragraph becomes an article."""
    try:
        squad = msgspec.json.decode(text, type=_Squad)
    except msgspec.DecodeError as error:
        raise GoldError(f"{path} is not in SQuAD format: {error}") from error
    articles: list[dict[str, str]] = []
    questions = []
    for article in squad.data:
        for paragraph in article.paragraphs:
            id_ = str(len(articles))
            articles.append({"id": id_, "title": article.title, "text": paragraph.context})
            for asked in paragraph.qas:
                answers = tuple(dict.fromkeys(answer.text for answer in asked.answers))
                source = f"{SQUAD_FILE}#{id_}" if answers else ""
                questions.append(
                    GoldQuestion(
                        question=asked.question, answers=answers, source=source, kind="" if answers else "none"
                    )
                )
    return Gold(tuple(questions), tuple(articles))
