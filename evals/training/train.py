"""The training loop: seeded, two threads, bfloat16 where the processor has it."""

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from evals.training.exported import load_exported
from evals.training.network import Judge, learning_rate, of_surface
from knowledge.cases import Case
from service.guardrails.judgement import LABEL_OUTPUTS, OUTPUTS, CaseReader, Row
from service.guardrails.screen import decide

if TYPE_CHECKING:
    from evals.training.settings import TrainingSettings

_POSITIVE_WEIGHT = 3.0
_LABEL_LOSS = 3.0


def fit(
    cases: Sequence[Case],
    reader: CaseReader,
    pretrained: Path,
    settings: "TrainingSettings",
    begin: Path | None = None,
) -> Judge:
    """Fine-tune on `cases`, from exported weights where `begin` names them.

    The same settings and cases give the same weights on the same machine.
    """
    random.seed(settings.seed)
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    model = Judge(pretrained)
    if begin is not None:
        load_exported(model, begin)
    body = [value for name, value in model.named_parameters() if name.startswith("encoder.")]
    heads = [value for name, value in model.named_parameters() if not name.startswith("encoder.")]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": settings.rate}, {"params": heads, "lr": settings.head_rate}],
        weight_decay=0.01,
        fused=True,
    )
    steps = settings.epochs * -(-len(cases) // settings.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate(step, steps))
    noise = random.Random(settings.seed)
    for epoch in range(settings.epochs):
        model.train()
        rows = [reader.row(case.surface, case.history, disturbed(case.text, noise)) for case in cases]
        total = 0.0
        for chosen in batches(rows, settings.batch, settings.seed + epoch):
            loss = _loss(model, [cases[index] for index in chosen], [rows[index] for index in chosen])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(chosen)
        settings.tell(f"epoch {epoch + 1}/{settings.epochs}: loss {total / len(cases):.3f}")
    model.eval()
    return model


def _loss(model: Judge, cases: list[Case], rows: list[Row]) -> Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        decisions, labels = model(*tensors(rows))
    expected = torch.tensor([OUTPUTS.index((case.surface, decide(case.surface, case.labels))) for case in cases])
    wanted = torch.tensor([[float(label in case.labels) for label in LABEL_OUTPUTS] for case in cases])
    by_decision = functional.cross_entropy(of_surface(decisions.float(), [case.surface for case in cases]), expected)
    by_label = functional.binary_cross_entropy_with_logits(
        labels.float(), wanted, pos_weight=torch.tensor(_POSITIVE_WEIGHT)
    )
    return by_decision + _LABEL_LOSS * by_label


def predict(model: Judge, rows: Sequence[Row], surfaces: Sequence[str]) -> Tensor:
    """Decision logits of each row, those of its surface only, in float32; shape (rows, decisions)."""
    found = torch.zeros(len(rows), len(OUTPUTS))
    with torch.no_grad():
        order = sorted(range(len(rows)), key=lambda index: len(rows[index][0]))
        for start in range(0, len(order), 64):
            chosen = order[start : start + 64]
            decisions, _ = model(*tensors([rows[index] for index in chosen]))
            found[chosen] = of_surface(decisions.float(), [surfaces[index] for index in chosen])
    return found


def tensors(rows: Sequence[Row]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, mask and segments, padded to the longest row."""
    longest = max(len(ids) for ids, _ in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask, segments = torch.zeros_like(ids), torch.zeros_like(ids)
    for index, (row, kinds) in enumerate(rows):
        ids[index, : len(row)] = torch.tensor(row)
        mask[index, : len(row)] = 1
        segments[index, : len(row)] = torch.tensor(kinds)
    return ids, mask, segments


def batches(rows: Sequence[Row], size: int, seed: int) -> Iterator[list[int]]:
    """Every index once, in batches of similar length, in random order."""
    shuffler = random.Random(seed)
    order = list(range(len(rows)))
    shuffler.shuffle(order)
    grouped: list[list[int]] = []
    for start in range(0, len(order), size * 16):
        near = sorted(order[start : start + size * 16], key=lambda index: len(rows[index][0]))
        grouped += [near[first : first + size] for first in range(0, len(near), size)]
    shuffler.shuffle(grouped)
    yield from grouped


def disturbed(text: str, noise: random.Random) -> str:
    """Now and then without capitals, punctuation or two letters in their order, as people type."""
    chance = noise.random()
    if chance < 0.06:
        return re.sub(r"[.,!?;:'\"]", "", text.lower())
    if chance < 0.12:
        return text.lower()
    if chance < 0.94:
        return text
    letters = list(text)
    for _ in range(max(1, len(letters) // 40)):
        place = noise.randrange(len(letters))
        if letters[place].isalpha() and place + 1 < len(letters):
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
    return "".join(letters)
