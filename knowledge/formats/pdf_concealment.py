"""Text that a PDF holds and no reader of its pages sees: white, drawn with no ink, or far too small."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PageObject
    from pypdf.generic import ContentStream

_UNSEEN_POINTS = 2.0
_NO_INK = 3
"""The text rendering mode that neither fills nor strokes (ISO 32000-1, 9.3.6)."""
_WHITE = 0.98
_SHOWS_TEXT = frozenset((b"Tj", b"TJ", b"'", b'"'))
_FILLS = frozenset((b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"sh"))
_COLOURS = frozenset((b"g", b"rg", b"k", b"sc", b"scn"))
_CMYK = 4

Operation = tuple[Any, bytes]


@dataclass(frozen=True, slots=True)
class _Ink:
    white: bool = False
    mode: int = 0
    points: float = 12.0
    scale: float = 1.0
    line: float = 1.0
    """What the transformations of the page, and of the line, do to the height of letters."""

    @property
    def height(self) -> float:
        return abs(self.points * self.scale * self.line)


def texts_of(page: "PageObject") -> tuple[str, str]:
    """What the page shows, and what it hides.

    White is hidden only where nothing dark lies below: a page that fills areas or paints images may show it. Text
    without ink above an image is what text recognition found in a scan.
    """
    from pypdf.generic import ContentStream

    stream = page.get_contents()
    if stream is None:
        return page.extract_text(), ""
    content = stream if isinstance(stream, ContentStream) else ContentStream(stream, page.pdf)
    operations: Sequence[Operation] = content.operations
    unseen = _unseen(operations)
    if not any(unseen):
        return page.extract_text(), ""
    shown = [operation for operation, hides in zip(operations, unseen, strict=True) if not hides]
    hidden = [
        operation
        for operation, hides in zip(operations, unseen, strict=True)
        if hides or operation[1] not in _SHOWS_TEXT
    ]
    return _extracted(page, content, shown), _extracted(page, content, hidden)


def _extracted(page: "PageObject", content: "ContentStream", operations: Sequence[Operation]) -> str:
    from pypdf.generic import NameObject

    content.operations = list(operations)
    page[NameObject("/Contents")] = content
    return page.extract_text()


def _unseen(operations: Sequence[Operation]) -> list[bool]:
    """Which operations draw text that nobody sees."""
    painted = any(operator == b"Do" for _, operator in operations)
    ink, kept, dark = _Ink(), list[_Ink](), False
    found: list[bool] = []
    for operands, operator in operations:
        if operator == b"q":
            kept.append(ink)
        elif operator == b"Q" and kept:
            ink = kept.pop()
        elif operator in _FILLS:
            dark = dark or not ink.white
        else:
            ink = _dipped(ink, operands, operator)
        by_colour = ink.white and not (painted or dark)
        by_mode = ink.mode == _NO_INK and not painted
        found.append(operator in _SHOWS_TEXT and (by_colour or by_mode or ink.height < _UNSEEN_POINTS))
    return found


def _dipped(ink: _Ink, operands: Any, operator: bytes) -> _Ink:
    """The ink after an operation that changes it."""
    match operator:
        case b"Tr":
            return replace(ink, mode=int(operands[0]))
        case b"Tf":
            return replace(ink, points=float(operands[1]))
        case b"BT":
            return replace(ink, line=1.0)
        case b"Tm":
            return replace(ink, line=_height(operands))
        case b"cm":
            return replace(ink, scale=ink.scale * _height(operands))
        case colour if colour in _COLOURS:
            return replace(ink, white=_is_white(operands))
        case _:
            return ink


def _height(matrix: Any) -> float:
    """How much taller a transformation makes what it draws."""
    _, _, across, along, *_ = (float(value) for value in matrix)
    return float((across**2 + along**2) ** 0.5)


def _is_white(operands: Any) -> bool:
    values = [float(value) for value in operands if isinstance(value, int | float)]
    if len(values) == _CMYK:
        return max(values) <= 1 - _WHITE
    return bool(values) and min(values) >= _WHITE
