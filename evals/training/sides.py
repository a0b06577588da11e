"""Train the reader of sides: `python -m evals.training.sides [--epochs N] [--begin FILE] [--out FOLDER]`.

MiniLM learns from `knowledge/told_sides`, and from the asks of situations and answers that are for one side, to tell
whether the one who writes did the harm, suffered it, or tells neither.
"""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

from evals.training.encoder import tensors
from evals.training.export import export_sides
from evals.training.network import learning_rate
from evals.training.pretrained import pretrained
from knowledge.answers import Answer, load_answers
from knowledge.encoder import minilm_tokenizer
from knowledge.sides import MAX_TOKENS, SIDES, Side, told_sides
from knowledge.situations import Situation, load_situations

_WEIGHTS = Path(__file__).resolve().parents[2] / "knowledge" / "weights"
_BATCH = 48
_RATE = 5e-5
_TOLD_TIMES = 4
"""How often a message that was written to tell a side is seen in an epoch, beside each ask once."""
_SMOOTHING = 0.1
"""Asks of one side are not all plain about it."""


class SideNetwork(nn.Module):
    """MiniLM with mean pooling and one logit a side, `neither` last."""

    def __init__(self, weights: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(weights, attn_implementation="sdpa")
        self.dropout = nn.Dropout(0.1)
        self.sides = nn.Linear(self.encoder.config.hidden_size, len(SIDES) + 1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Logits; shape (batch, sides + 1)."""
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state.float()
        mask = attention_mask.unsqueeze(-1).float()
        return torch.as_tensor(self.sides(self.dropout((hidden * mask).sum(1) / mask.sum(1).clamp(min=1.0))))


def taught() -> list[tuple[str, int]]:
    """Messages, and the number of the side that they tell."""
    written: list[Answer | Situation] = [*load_answers().values(), *load_situations().values()]
    asks = [(ask, _number(one.side)) for one in written for ask in one.asks]
    return [*asks, *[(text, _number(side)) for text, side in told_sides()] * _TOLD_TIMES]


def _number(side: Side | None) -> int:
    return len(SIDES) if side is None else SIDES.index(side)


def fit(model: SideNetwork, rows: Sequence[tuple[str, int]], epochs: int, seed: int = 1) -> None:
    """Train in place."""
    torch.manual_seed(seed)
    chance, tokenizer = random.Random(seed), minilm_tokenizer()
    optimizer = torch.optim.AdamW(
        [{"params": model.encoder.parameters(), "lr": _RATE}, {"params": model.sides.parameters(), "lr": 1e-3}],
        weight_decay=0.01,
    )
    steps = epochs * (len(rows) // _BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate(step, steps))
    model.train()
    for epoch in range(epochs):
        began, total = time.monotonic(), 0.0
        shuffled = sorted(chance.sample(list(rows), len(rows)), key=lambda row: len(row[0]) // 40)
        batches = [shuffled[start : start + _BATCH] for start in range(0, len(shuffled) - _BATCH + 1, _BATCH)]
        chance.shuffle(batches)
        for batch in batches:
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(*tensors(tokenizer, [text for text, _ in batch], MAX_TOKENS))
            truth = torch.tensor([side for _, side in batch])
            loss = functional.cross_entropy(logits.float(), truth, label_smoothing=_SMOOTHING)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        _tell(f"epoch {epoch + 1}/{epochs}: loss {total / len(batches):.3f}, {time.monotonic() - began:.0f} s")


def main() -> None:
    """Train and export."""
    parser = argparse.ArgumentParser(prog="python -m evals.training.sides", description=__doc__)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--begin", type=Path, help="weights to go on from")
    parser.add_argument("--keep", type=Path, help="where to keep the weights that can be trained on")
    parser.add_argument("--out", type=Path, default=_WEIGHTS)
    arguments = parser.parse_args()
    model, rows = SideNetwork(pretrained()), taught()
    if arguments.begin is not None:
        model.load_state_dict(torch.load(arguments.begin))
    _tell(f"{len(rows)} messages")
    fit(model, rows, arguments.epochs)
    if arguments.keep is not None:
        torch.save(model.state_dict(), arguments.keep)
    export_sides(model, arguments.out / "sides.onnx")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
