"""What the guardrails decide about: labels, and for each why it harms and what would be honest instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal, get_args

from knowledge.errors import KnowledgeDataError
from knowledge.yamls import read_yaml

Surface = Literal["user_message", "coach_draft", "message_to_ex"]
SURFACES: tuple[Surface, ...] = get_args(Surface)

Kind = Literal["tactic", "safety", "security", "limit"]

KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(
        (
            "begging",
            "ultimatum",
            "guilt_trip",
            "jealousy_play",
            "strategic_withdrawal",
            "deception",
            "surveillance",
            "boundary_violation",
            "third_party_pressure",
            "love_bombing",
            "blame_shifting",
            "forced_commitment",
            "threat",
            "undermining",
        ),
        "tactic",
    ),
    **dict.fromkeys(("crisis_self_harm", "crisis_violence", "abuse_victim", "no_contact_order", "minor"), "safety"),
    **dict.fromkeys(("prompt_injection", "prompt_leak", "off_topic"), "security"),
    **dict.fromkeys(("outcome_guarantee", "clinical_claim"), "limit"),
}
"""Every label and what kind of matter it is."""

LABELS: tuple[str, ...] = tuple(KINDS)


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text in the tactics data."""

    surface: Surface
    text: str


@dataclass(frozen=True, slots=True)
class Tactic:
    """One label: what it is, why it harms, the honest alternative, and how the coach declines it."""

    label: str
    kind: Kind
    title: str
    definition: str
    is_not: str
    harm: str
    alternative: str
    decline: tuple[str, ...]
    examples: tuple[Example, ...]
    lookalikes: tuple[Example, ...]


Tactics = Mapping[str, Tactic]


@cache
def load_tactics(folder: Traversable | None = None) -> Tactics:
    """All labels, in their canonical order.

    Raises:
        KnowledgeDataError: a label's file is missing or lacks a field.
    """
    folder = folder or files("knowledge") / "tactics"
    return {label: _load(folder / f"{label}.yaml", label) for label in LABELS}


def _load(path: Traversable, label: str) -> Tactic:
    try:
        data: dict[str, Any] = read_yaml(path.read_text(encoding="utf-8"))
        if data["label"] != label or data["kind"] != KINDS[label]:
            raise KnowledgeDataError(f"{path.name}: label or kind does not match the file's name")
        return Tactic(
            label=label,
            kind=KINDS[label],
            title=data["title"],
            definition=data["definition"].strip(),
            is_not=data["is_not"].strip(),
            harm=data["harm"].strip(),
            alternative=data["alternative"].strip(),
            decline=tuple(text.strip() for text in data["decline"]),
            examples=_examples(data["examples"]),
            lookalikes=_examples(data["lookalikes"]),
        )
    except FileNotFoundError:
        raise KnowledgeDataError(f"{path.name} is missing") from None
    except (KeyError, TypeError) as error:
        raise KnowledgeDataError(f"{path.name}: {error!r}") from error


def _examples(rows: list[dict[str, Any]]) -> tuple[Example, ...]:
    return tuple(Example(row["surface"], str(row["text"]).strip()) for row in rows)
