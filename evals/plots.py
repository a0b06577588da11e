"""Plots as inline SVG: dots with their intervals, and how far scores can be believed."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

from evals.gates import Judged
from evals.statistics import Bin, Figure

_WIDTH, _LABELS, _LINE = 760, 210, 24
_PLOT = _WIDTH - _LABELS - 90


def interval_plot(
    measured: Mapping[str, Figure], bars: Sequence[Judged] = (), before: Mapping[str, float] | None = None
) -> str:
    """A line for each figure: dot and 95 % interval, its bars, and where it was before."""
    shown = {name: figure for name, figure in measured.items() if figure.total}
    top = max([1.0, *(figure.high for figure in shown.values())])
    height = _LINE * len(shown) + 34

    def x(value: float) -> float:
        return round(_LABELS + _PLOT * min(max(value / top, 0.0), 1.0), 1)

    parts = [_grid(x, top, height)]
    for number, (name, figure) in enumerate(shown.items()):
        y = _LINE * number + 16
        parts.append(f'<text x="{_LABELS - 10}" y="{y + 4}" text-anchor="end">{escape(_spoken(name))}</text>')
        parts += [_tick(x(bar.bar), y, bar) for bar in bars if bar.metric == name]
        if before and name in before:
            parts.append(f'<circle class="before" cx="{x(before[name])}" cy="{y}" r="5"/>')
        parts.append(f'<line class="interval" x1="{x(figure.low)}" x2="{x(figure.high)}" y1="{y}" y2="{y}"/>')
        parts.append(f'<circle class="dot" cx="{x(figure.value)}" cy="{y}" r="4"><title>{figure}</title></circle>')
        told = f"{figure.value:.0f}" if top > 1 else f"{figure.value:.3f}"
        parts.append(f'<text class="value" x="{_WIDTH - 80}" y="{y + 4}">{told}</text>')
    return _svg(_WIDTH, height, "Figures with their 95 % intervals", parts)


def reliability_plot(bins: Sequence[Bin]) -> str:
    """Mean score against the share that truly must not pass; on the diagonal, scores mean what they say."""
    size, edge = 300, 40

    def at(score: float, truth: float) -> tuple[float, float]:
        return round(edge + size * score, 1), round(10 + size * (1 - truth), 1)

    (left, bottom), (right, top) = at(0, 0), at(1, 1)
    parts = [
        f'<rect class="frame" x="{left}" y="{top}" width="{size}" height="{size}"/>',
        f'<line class="diagonal" x1="{left}" y1="{bottom}" x2="{right}" y2="{top}"/>',
        f'<text x="{left + size / 2}" y="{bottom + 30}" text-anchor="middle">score of the guard</text>',
        f'<text x="12" y="{top + size / 2}" text-anchor="middle" transform="rotate(-90 12 {top + size / 2})">'
        "share that must not pass</text>",
    ]
    for found in bins:
        x, y = at(found.score, found.truth.value)
        (_, low), (_, high) = at(found.score, found.truth.low), at(found.score, found.truth.high)
        parts.append(f'<line class="interval" x1="{x}" x2="{x}" y1="{low}" y2="{high}"/>')
        told = f"{found.truth.total} cases: score {found.score:.2f}, truth {found.truth}"
        parts.append(f'<circle class="dot" cx="{x}" cy="{y}" r="5"><title>{told}</title></circle>')
    return _svg(edge + size + 20, size + 50, "Reliability of the guard's scores", parts)


def _grid(x: Callable[[float], float], top: float, height: int) -> str:
    def line(value: float) -> str:
        told = f"{value:.0f}" if top > 1 else f"{value:.1f}"
        return (
            f'<line class="grid" x1="{x(value)}" x2="{x(value)}" y1="4" y2="{height - 22}"/>'
            f'<text class="axis" x="{x(value)}" y="{height - 6}" text-anchor="middle">{told}</text>'
        )

    return "".join(line(top * step / 5) for step in range(6))


def _tick(x: float, y: int, bar: Judged) -> str:
    kind = "goal" if bar.kind == "goal" else "held" if bar.ok else "missed"
    told = f"<title>{escape(bar.kind)}: {escape(bar.sentence)}</title>"
    return f'<line class="{kind}" x1="{x}" x2="{x}" y1="{y - 9}" y2="{y + 9}">{told}</line>'


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    body = "".join(parts)
    return f'<svg width="{width}" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">{body}</svg>'
