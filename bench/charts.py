"""The charts of a report as SVG: readable on a phone, in the page's own colours, with alt texts."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import PercentFormatter

from bench.asking import Row
from bench.declining import reliability, risk_coverage
from bench.summary import Summary

SIZE = (4.4, 3.1)
"""Inches; at the width of a phone its letters are as large as the text beside it."""
INK = "#010203"
"""Drawn in this colour, which the page replaces by that of its text."""
COLOURS = ("#2a7de1", "#e07b00", "#1a9c6b", "#b3459b")
STYLE: Any = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.2,
    "grid.color": INK,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "savefig.transparent": True,
}
DEPTHS = (1, 5, 10, 100)
LONGEST_NAME = 20
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_ID = re.compile(r'(?<=\sid=")|(?<=url\(#)|(?<=href="#)')
_SIZE = re.compile(r' (?:width|height)="[\d.]+pt"')
LATENCY_BINS = 24


class Chart:
    """A drawing with the text that says the same: what a screen reader reads, and what stands below it."""

    def __init__(self, title: str, alt: str, svg: str) -> None:
        self.title = title
        self.alt = alt
        self.svg = svg


def charts(rows: Sequence[Row], summary: Summary, threshold: float) -> list[Chart]:
    """Every chart that these rows have something for."""
    asked = [row for row in rows if row.gold.answers or row.gold.must_decline]
    with mpl.rc_context(STYLE):
        drawn = [_recall(summary), _kinds(summary), _reliability(asked), _risk(asked, threshold), _latency(rows)]
    return [chart for chart in drawn if chart]


def _recall(summary: Summary) -> Chart | None:
    """Share of the relevant files among the first k, for each search and their fusion."""
    searches = list(dict.fromkeys(name.rpartition(".")[0] for name in summary.figures if name.endswith("R@10")))
    searches = [name for name in searches if f"{name}.R@1" in summary.figures]
    if not searches:
        return None
    drawing, axes = _drawing()
    for search, colour in zip(searches, COLOURS, strict=False):
        values = [summary.figures[f"{search}.R@{depth}"].value for depth in DEPTHS]
        axes.plot(range(len(DEPTHS)), values, marker="o", color=colour, label=search)
    axes.set_xticks(range(len(DEPTHS)), [str(depth) for depth in DEPTHS])
    axes.set_ylim(None, 1.02)
    axes.set_xlabel("k")
    axes.legend(loc="best")
    best = {search: summary.figures[f"{search}.R@1"].value for search in searches}
    alt = "Recall@1: " + ", ".join(f"{search} {value:.2f}" for search, value in best.items())
    return _chart("Recall@k: files found among the first k", alt, drawing)


def _kinds(summary: Summary) -> Chart | None:
    """F1 and right sentence by kind of question."""
    groups = [group for group in summary.groups if group.part == "kind" and "right_sentence" in group.figures]
    if not groups:
        return None
    drawing, axes = _drawing()
    for shift, (measure, label, colour) in enumerate(
        (("right_sentence", "right sentence", COLOURS[0]), ("f1_mlqa", "F1 (MLQA)", COLOURS[1]))
    ):
        found = [group.figures[measure] for group in groups]
        values = [figure.value for figure in found]
        ends = [
            [figure.value - figure.interval.low, figure.interval.high - figure.value]
            for figure in found
            if figure.interval
        ]
        places = np.arange(len(groups)) + 0.36 * shift - 0.18
        axes.barh(places, values, 0.34, color=colour, label=label)
        axes.errorbar(values, places, xerr=np.maximum(np.array(ends).T, 0), fmt="none", ecolor=INK, alpha=0.5)
    axes.set_yticks(range(len(groups)), [f"{group.name[:LONGEST_NAME]} ({group.count})" for group in groups])
    axes.set_xlim(0, 1)
    axes.invert_yaxis()
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2)
    alt = ", ".join(f"{group.name} F1 {group.figures['f1_mlqa'].value:.2f}" for group in groups)
    return _chart("By kind of question, with 95 % intervals", alt, drawing)


def _reliability(rows: Sequence[Row]) -> Chart | None:
    """How often answers of a confidence are right."""
    if not rows:
        return None
    curve = reliability(*_sure_and_right(rows))
    drawing, axes = _drawing()
    axes.plot([0, 1], [0, 1], linestyle=":", color=INK)
    axes.plot(curve.x, curve.y, color=COLOURS[0])
    axes.scatter(curve.x, curve.y, s=12 + 250 * curve.questions / curve.questions.sum(), color=COLOURS[0], alpha=0.7)
    axes.set_xlabel("confidence")
    axes.set_ylabel("share that is right")
    points = "; ".join(f"{x:.2f} is right {y:.2f} of the time ({n})" for x, y, n in zip(*curve, strict=True))
    return _chart("Reliability: does the confidence mean what it says?", f"Confidence {points}", drawing)


def _risk(rows: Sequence[Row], threshold: float) -> Chart | None:
    """What declining the least confident answers saves."""
    if not rows:
        return None
    sure, right = _sure_and_right(rows)
    curve = risk_coverage(sure, right)
    drawing, axes = _drawing()
    axes.plot(curve.x, curve.y, color=COLOURS[0], drawstyle="steps-pre")
    given = sum(confidence >= threshold for confidence in sure)
    alt = f"Answering all, {curve.y[-1]:.2f} are wrong"
    if given:
        at = int(np.searchsorted(curve.questions, given))
        axes.plot(
            curve.x[at], curve.y[at], marker="o", color=COLOURS[1], linestyle="", label=f"threshold {threshold:g}"
        )
        axes.legend(loc="lower right")
        alt += (
            f"; at the threshold {threshold:g}, {curve.x[at]:.2f} are answered and {curve.y[at]:.2f} of those are wrong"
        )
    axes.set_xlabel("coverage: share of the questions answered")
    axes.set_ylabel("risk: share of the answers wrong")
    axes.set_ylim(0, None)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))
    return _chart("Risk and coverage", alt + ".", drawing)


def _latency(rows: Sequence[Row]) -> Chart:
    """How long questions took: asking, or searching where only files are judged."""
    times = np.array([row.outcome.took_ms for row in rows])
    middle, tail = np.percentile(times, [50, 95])
    drawing, axes = _drawing()
    axes.hist(np.minimum(times, 1.5 * tail), bins=LATENCY_BINS, color=COLOURS[2], alpha=0.8)
    axes.margins(y=0.15)
    for value, label in ((middle, "p50"), (tail, "p95")):
        axes.axvline(value, color=INK, linestyle="--", linewidth=1)
        axes.annotate(f" {label} {value:.0f}", (value, 1), xycoords=("data", "axes fraction"), va="top")
    axes.set_xlabel("milliseconds, in this process")
    axes.set_ylabel("questions")
    return _chart("Latency", f"Median {middle:.1f} ms, 95th percentile {tail:.1f} ms.", drawing)


def _sure_and_right(rows: Sequence[Row]) -> tuple[list[float], list[bool]]:
    """Confidence, and whether the best sentence is right."""
    return [row.outcome.confidence for row in rows], [row.outcome.best_sentence > 0 for row in rows]


def _drawing() -> tuple[Drawing, Axes]:
    """An empty drawing."""
    drawing = Drawing(figsize=SIZE, layout="constrained")
    return drawing, drawing.subplots()


def _chart(title: str, alt: str, drawing: Drawing) -> Chart:
    """The drawing as one SVG element without a size of its own, which takes the page's width and colour."""
    file = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": title}):
        drawing.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    svg = file.getvalue()
    svg = _METADATA.sub("", svg[svg.index("<svg") :]).replace(INK, "currentColor")
    # Ids inside an SVG are the page's ids: each chart needs its own.
    svg = _ID.sub(re.sub(r"\W+", "-", title) + "-", svg)
    return Chart(title, alt, _SIZE.sub("", svg, count=2))
