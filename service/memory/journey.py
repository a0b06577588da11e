"""The journey of a session: what the person told of their story, and where that puts them.

Only what the person writes can enter it, with the sentence that told it, so that it can be shown and taken back.
Injected text in a reply, a passage or a pasted history cannot, because nothing else is read.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from knowledge.article import STAGES, Stage
from knowledge.errors import KnowledgeDataError
from knowledge.sentences import split_sentences
from knowledge.sides import Side, side_of_advice
from knowledge.yamls import read_yaml
from service.memory.deeds import deed_of
from service.memory.facts import Fact
from service.memory.ledger import DISTANCE, LedgerEntry
from service.memory.reading import told


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class StageGuide(_Frozen):
    """What a stage asks of a person, the signs that it has done its work, and what must wait.

    Advice of a kind in `without`, or of the stages in `too_early`, is not for this stage; `borrows` names a situation
    whose steps fit instead.
    """

    stage: Stage
    when: tuple[str, ...]
    asks: str
    ready: tuple[str, ...]
    not_yet: tuple[str, ...]
    without: frozenset[str] = frozenset()
    too_early: frozenset[Stage] = frozenset()
    borrows: str | None = None


class Journey(_Frozen):
    """Where the person stands, and the facts that say so."""

    stage: Stage = "understand"
    asks: str = Field("", description="What this stage is for.")
    ready: tuple[str, ...] = Field((), description="Signs that the stage has done its work.")
    not_yet: tuple[str, ...] = Field((), description="What must wait.")
    side: Side | None = Field(None, description="Whether the person did or suffered the harm; none if untold, or both.")
    wish: str = Field("", description="The sentence that told the other person's wish for distance, where one stands.")
    facts: tuple[Fact, ...] = ()

    @property
    def plan(self) -> Fact | None:
        """The commitment that is next to be kept, where the other person's wish leaves room for it."""
        plans = [fact for fact in self.facts if fact.status == "open" and not fact.asked]
        return next((plan for plan in plans if not (self.wish and deed_of(plan.value).reaches_out)), None)

    @property
    def borrows(self) -> str | None:
        """The situation whose steps fit where those of another do not."""
        return stage_guides()[self.stage].borrows

    def fits(self, advice: str, stage: Stage | None = None) -> bool:
        """Whether advice, written for `stage`, is for this person now.

        Nothing has them reach out while distance stands, or speaks to the other side than theirs.
        """
        guide = stage_guides()[self.stage]
        if stage in guide.too_early or (self.side is not None and side_of_advice(advice) not in (None, self.side)):
            return False
        return not guide.without or all(telling.rule.kind not in guide.without for telling in told(advice, "advice"))


def journey_of(facts: Iterable[Fact], ledger: Iterable[LedgerEntry]) -> Journey:
    """The journey that the facts and the other person's wishes tell."""
    facts, ledger = tuple(facts), tuple(ledger)
    side = side_told(facts)
    evidence = {f"{fact.kind}:{fact.value}" for fact in facts} | {f"wish:{entry.wish}" for entry in ledger}
    if side is not None:
        evidence.add(f"side:{side}")
    guide = next(guide for guide in stage_guides().values() if not guide.when or evidence.intersection(guide.when))
    return Journey(
        stage=guide.stage,
        asks=guide.asks,
        ready=guide.ready,
        not_yet=guide.not_yet,
        side=side,
        wish=next((entry.sentence for entry in reversed(ledger) if entry.wish in DISTANCE), ""),
        facts=facts,
    )


def side_told(facts: Iterable[Fact]) -> Side | None:
    """The side that the facts put the person on; nothing where they tell neither or both."""
    sides = {fact.by if fact.kind == "breach" else fact.value for fact in facts if fact.kind in ("breach", "side")}
    if sides == {"did"}:
        return "did"
    return "suffered" if sides == {"suffered"} else None


def step_given(reply: str) -> str:
    """The step that a reply closes with: its last uncited sentence that says what to do, or nothing."""
    for sentence in reversed(split_sentences(reply)):
        if any(telling.rule.kind == "step" for telling in told(sentence.text, "advice")):
            return sentence.text
    return ""


@cache
def stage_guides() -> Mapping[Stage, StageGuide]:
    """The guides of all stages, those that decide first.

    Raises:
        KnowledgeDataError: a stage is missing, or the last one would not take everybody.
    """
    rows = read_yaml((files("service.memory") / "stages.yaml").read_text(encoding="utf-8"))
    guides = {guide.stage: guide for guide in map(StageGuide.model_validate, rows)}
    for_all = [guide.stage for guide in guides.values() if not guide.when]
    if set(guides) != set(STAGES) or for_all != [rows[-1]["stage"]]:
        raise KnowledgeDataError("stages.yaml: every stage stands there once, and only the last one without 'when'")
    return guides
