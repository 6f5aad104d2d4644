"""Recorded figures, one file a condition in `bench/results`, and the README's tables that are made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from bench.run import Header, Run
from bench.sets import ROOT
from bench.summary import Figure, Summary

FOLDER = Path(__file__).with_name("results")
README = ROOT / "README.md"
_BLOCK = r"(<!-- {name}: [^\n]*-->\n).*?(<!-- end of {name} -->)"
COLUMNS = {
    "has_answer.right_source": "right file",
    "has_answer.right_sentence": "right sentence",
    "has_answer.f1_mlqa": "F1",
    "has_answer.em_mlqa": "EM",
    "has_answer.alone_sentence": "right sentence, reading alone",
    "has_answer.alone_f1": "F1, reading alone",
    "fused.Success@1": "file first",
    "fused.Success@10": "file among 10",
    "has_answer.declined": "wrongly declined",
    "no_answer.declined": "rightly declined",
}
"""Figures of the README's first table, and what they are called there."""
RISKS = {
    "confidence.auroc_answerable": "AUROC, answerable or not",
    "confidence.declined_at_5": "declined at 5 %",
    "confidence.risk_at_25": "wrong of the surest 25 %",
    "confidence.risk_at_50": "wrong of the surest 50 %",
    "confidence.risk_at_75": "wrong of the surest 75 %",
    "confidence.aurc": "area under risk and coverage",
    "confidence.ece": "calibration error",
}
"""Those of its table of what the confidence is worth."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What one condition gave when it was last recorded."""

    name: str
    command: str
    questions: int
    header: Header
    figures: dict[str, Figure]


def record_results(name: str, command: str, run: Run, found: Summary) -> None:
    """Write a condition's figures, and make the README's table again."""
    FOLDER.mkdir(exist_ok=True)
    figures = {key: Figure(round(figure.value, 4), figure.interval) for key, figure in found.figures.items()}
    result = Result(name=name, command=command, questions=len(run.rows), header=run.header, figures=figures)
    (FOLDER / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n")
    write_block("results", table(recorded()))
    write_block("risks", table([one for one in recorded() if any(name in one.figures for name in RISKS)], RISKS))


def write_block(name: str, content: str) -> None:
    """Put a table between its two marks in the README, if there is one (a wheel has none)."""
    if README.is_file():
        README.write_text(with_block(README.read_text(encoding="utf-8"), name, content), encoding="utf-8")


def with_block(text: str, name: str, content: str) -> str:
    """The text with something else between the marks of a name."""
    pattern = re.compile(_BLOCK.format(name=name), re.DOTALL)
    return pattern.sub(lambda found: found[1] + content + found[2], text)


def recorded(folder: Path = FOLDER) -> list[Result]:
    """Every recorded result, by name."""
    return [msgspec.json.decode(path.read_bytes(), type=Result) for path in sorted(folder.glob("*.json"))]


def table(results: list[Result], columns: Mapping[str, str] = COLUMNS) -> str:
    """The README's table: a row a condition, its 95 % interval behind the right sentence."""
    names = [name for name in columns if any(name in result.figures for result in results)]
    head = ["set", "questions", *(columns[name] for name in names)]
    lines = [_row(head), _row(["---", *["--:"] * (len(head) - 1)])]
    lines += [_row([f"`{r.command}`", str(r.questions), *(_cell(r, name) for name in names)]) for r in results]
    return "\n".join(lines) + "\n"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(result: Result, name: str) -> str:
    """One figure; the intervals of the headline one are shown."""
    if (figure := result.figures.get(name)) is None:
        return "–"
    if name == "has_answer.right_sentence" and figure.interval:
        return f"**{figure.value:.3f}** ({figure.interval.low:.2f}–{figure.interval.high:.2f})"
    return f"{figure.value:.3f}"
