"""Text that a page holds and does not show: taken out of it, to be judged and reported, never to be cited."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from knowledge.formats.document import Disguise, Hidden

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_RULE = re.compile(r"([^{}@]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"^(?:\w+)?([.#])([\w-]+)$")
_ZERO = re.compile(r"^0*\.?0+(?:px|pt|em|rem|%)?$")
_TINY = re.compile(r"^(?:[01](?:\.\d+)?(?:px|pt)|0?\.[0-2]\d*(?:em|rem))$")
_OFF_SCREEN = re.compile(r"^-\d{3,}")
_NAMED = {"white": "ffffff", "black": "000000", "transparent": "transparent"}
_FURNITURE = ("header", "footer", "nav", "aside", "a", "form", "label", "figcaption")
"""Where light text usually lies on a ground that another style sheet makes dark."""
_SKIPPED = ("script", "style", "noscript", "template", "head", "title", "svg", "select", "textarea", "button")
_MIN_WORDS = 3
_NEAR_COLOURS = 48
"""Difference of red, green and blue together below which nobody can read a text on its ground."""

Style = Mapping[str, str]


def take_hidden(tree: "HtmlElement") -> tuple[Hidden, ...]:
    """Remove from `tree` what it does not show; give its text, where that is more than a word or two."""
    for comment in tree.xpath("//comment()"):
        _remove(comment)
    sheet = _sheet(tree)
    hidden: list[Hidden] = []
    for element, disguise in list(_concealed(tree, sheet, "ffffff")):
        text = " ".join(element.text_content().split())
        if len(text.split()) >= _MIN_WORDS:
            hidden.append(Hidden(disguise, text))
        _remove(element)
    return tuple(hidden)


def _concealed(
    element: "HtmlElement", sheet: Mapping[str, Style], ground: str
) -> Iterator[tuple["HtmlElement", Disguise]]:
    """The outermost elements that are not shown, and how they are kept from being seen."""
    if not isinstance(element.tag, str) or element.tag in _SKIPPED:
        return
    style = _style(element, sheet)
    ground = _ground(style, ground)
    disguise = _disguise(element, style, ground)
    if disguise is not None:
        yield element, disguise
        return
    for child in element:
        yield from _concealed(child, sheet, ground)


def _disguise(element: "HtmlElement", style: Style, ground: str) -> Disguise | None:
    colour, size = _colour(style.get("color", "")), style.get("font-size", "")
    unseen = colour is not None and (colour == "transparent" or _alike(colour, ground))
    if unseen or _TINY.match(size) or _ZERO.match(size) or _ZERO.match(style.get("opacity", "")):
        furniture = element.tag in _FURNITURE or any(above.tag in _FURNITURE for above in element.iterancestors())
        return "not displayed" if furniture else "invisible"
    if any(_OFF_SCREEN.match(style.get(side, "")) for side in ("left", "top", "text-indent", "margin-left")):
        return "not displayed"
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return "not displayed"
    return "not displayed" if element.get("hidden") is not None or element.get("aria-hidden") == "true" else None


def _style(element: "HtmlElement", sheet: Mapping[str, Style]) -> Style:
    style: dict[str, str] = {}
    names = [f".{name}" for name in (element.get("class") or "").split()]
    for name in (str(element.tag), *names, f"#{element.get('id')}"):
        style |= sheet.get(name, {})
    if element.tag == "font" and element.get("color"):
        style["color"] = element.get("color", "").lower()
    return style | _declared(element.get("style") or "")


def _sheet(tree: "HtmlElement") -> dict[str, Style]:
    """What the page's own style sheets say of single tags, classes and ids."""
    sheet: dict[str, dict[str, str]] = {}
    for style in tree.iter("style"):
        for selectors, body in _RULE.findall(re.sub(r"/\*.*?\*/", "", style.text or "", flags=re.S)):
            for selector in selectors.split(","):
                name = selector.strip()
                simple = _SELECTOR.match(name)
                key = f"{simple[1]}{simple[2]}" if simple else name
                sheet.setdefault(key, {}).update(_declared(body))
    return dict(sheet)


def _declared(body: str) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in body.split(";") if ":" in part)
    return {name.strip().lower(): value.replace("!important", "").strip().lower() for name, value in pairs}


def _colour(value: str) -> str | None:
    """Six hexadecimal digits, `transparent`, or nothing where it is neither a plain colour nor a word for one."""
    value = value.strip().split(" ")[0] if not value.startswith("rgb") else value
    if value in _NAMED:
        return _NAMED[value]
    if (digits := re.fullmatch(r"#([0-9a-f]{3}|[0-9a-f]{6})", value)) is not None:
        return digits[1] if len(digits[1]) == 6 else "".join(digit * 2 for digit in digits[1])
    numbers = [float(number) for number in re.findall(r"[\d.]+", value)] if value.startswith("rgb") else []
    if len(numbers) == 4 and numbers[3] == 0:
        return "transparent"
    return "".join(f"{min(int(number), 255):02x}" for number in numbers[:3]) if len(numbers) >= 3 else None


def _ground(style: Style, below: str) -> str:
    """The colour behind a text; empty where it is a picture."""
    told = f"{style.get('background-image', '')} {style.get('background', '')}"
    if "url(" in told or "gradient(" in told:
        return ""
    colour = _colour(style.get("background-color") or style.get("background", ""))
    return below if colour in (None, "transparent") else str(colour)


def _alike(colour: str, ground: str) -> bool:
    if not ground or colour == "transparent":
        return False
    return sum(abs(int(colour[i : i + 2], 16) - int(ground[i : i + 2], 16)) for i in (0, 2, 4)) < _NEAR_COLOURS


def _remove(element: "HtmlElement") -> None:
    """Take an element out, leaving the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
