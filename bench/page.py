"""The report of a run as one HTML page that needs nothing else: send it, open it on a phone, print it."""

from __future__ import annotations

from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from api.http.pages import WIDGET
from bench.asking import Row
from bench.charts import charts
from bench.compare import Comparison, is_right
from bench.outcome import STEPS
from bench.ranking import MEASURES
from bench.run import Run, day
from bench.summary import Figure, Group, Summary

FOLDER = Path(__file__).with_name("report_files")
STYLES = (WIDGET / "base.css", FOLDER / "report.css")
COLUMNS = {
    "file_first": "file found first",
    "right_sentence": "right sentence",
    "right_source": "right file",
    "f1_mlqa": "F1 (MLQA)",
    "em_mlqa": "EM (MLQA)",
    "f1_squad": "F1 (SQuAD)",
    "em_squad": "EM (SQuAD)",
    "declined": "declined",
    "best_sentence": "right sentence, nothing declined",
    "alone_sentence": "right sentence, reading alone",
    "alone_f1": "F1, reading alone",
}
"""Measures of the table by parts, and what they are called."""
CARDS = {
    "has_answer.right_sentence": "right sentence",
    "has_answer.f1_mlqa": "F1 (MLQA)",
    "has_answer.declined": "wrongly declined",
    "no_answer.declined": "rightly declined",
    "passage.Success@10": "answer's passage among 10",
    "fused.nDCG@10": "nDCG@10 of files",
    "citations.fidelity": "quotes verbatim",
    "citations.precision": "citations right",
    "confidence.auroc_right": "AUROC of confidence",
    "confidence.aurc": "AURC (lower is better)",
    "confidence.ece": "calibration error",
    "latency.p50_ms": "ms, median",
    "latency.p95_ms": "ms, 95th percentile",
}
"""Figures of the summary, and what they are called."""


def report_page(run: Run, found: Summary, comparison: Comparison | None = None) -> str:
    """The whole page; everything that comes from questions and articles is escaped."""
    wrong = [row for row in run.rows if row.outcome.lost_by or not is_right(row)]
    threshold = run.header.settings["threshold"]
    return _template().render(
        header=run.header,
        notes=run.header.notes,
        count=len(run.rows),
        cards=[_card(name, label, found) for name, label in CARDS.items() if name in found.figures],
        lost=found.lost,
        steps=STEPS,
        comparison=comparison,
        charts=charts(run.rows, found, float(str(threshold))),
        parts=_parts(found),
        columns={
            name: label for name, label in COLUMNS.items() if any(name in group.figures for group in found.groups)
        },
        searches=list(dict.fromkeys(name.partition(".")[0] for name in found.figures if name.endswith(".nDCG@10"))),
        measures=MEASURES,
        figures=found.figures,
        kinds=sorted({row.gold.kind for row in wrong} - {""}),
        wrong=wrong,
        style=Markup("\n".join(path.read_text(encoding="utf-8") for path in STYLES)),  # noqa: S704 — our own files
        script=Markup((FOLDER / "report.js").read_text(encoding="utf-8")),  # noqa: S704 — our own file
    )


def _template() -> jinja2.Template:
    """The page's template with its filters."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters |= {"day": day, "figure": _figure, "said": _said, "marked": _marked, "expected": _expected}
    return environment.get_template("report.html")


def _card(name: str, label: str, found: Summary) -> dict[str, str]:
    """One figure of the summary."""
    figure = found.figures[name]
    value = f"{figure.value:.1f}" if name.endswith("_ms") else f"{figure.value:.3f}"
    more = f"{figure.interval.low:.2f} … {figure.interval.high:.2f}" if figure.interval else ""
    return {"label": label, "value": value, "more": more}


def _parts(found: Summary) -> dict[str, list[Group]]:
    """The groups that have figures, by part."""
    parts: dict[str, list[Group]] = {}
    for group in found.groups:
        if group.figures:
            parts.setdefault(group.part, []).append(group)
    return parts


def _figure(figure: Figure | None) -> Markup:
    """A figure with its interval below."""
    if figure is None:
        return Markup("–")
    interval = figure.interval
    under = f"<small>{interval.low:.2f}–{interval.high:.2f}</small>" if interval else ""
    return Markup(f"{figure.value:.3f}{under}")  # noqa: S704 — numbers of our own


def _said(row: Row) -> str:
    """What a run said to a question."""
    if not row.outcome.answered:
        return "(declined)"
    return f"{row.given.text} — {row.given.sentence}" if row.given.sentence else row.given.text


def _expected(row: Row) -> str:
    """What a question should have brought."""
    if row.gold.must_decline:
        return "(decline)"
    return " | ".join(row.gold.answers) or ", ".join(sorted(row.gold.sources))


def _marked(row: Row) -> Markup:
    """The cited sentence, the answer in it marked."""
    given = row.given
    start, end = given.start - given.sentence_start, given.end - given.sentence_start
    before, words, after = given.sentence[:start], given.sentence[start:end], given.sentence[end:]
    return escape(before) + Markup("<mark>") + escape(words) + Markup("</mark>") + escape(after)
