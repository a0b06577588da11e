"""A larger judge that teaches the one that serves: `python -m evals.training.teacher [--epochs N] …`.

all-mpnet-base-v2 is fine-tuned on the same cases. It is five times too slow to serve; what it thinks of each case, and
of texts that nobody labelled, is kept in `opinions.npz`, from which `python -m evals.training` learns besides the
labels.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from tokenizers import Tokenizer

from evals.training.__main__ import OPINIONS, training_cases
from evals.training.lessons import Lesson, Opinion, lessons, unlabelled, write_opinions
from evals.training.network import Judge
from evals.training.pretrained import pretrained_teacher
from evals.training.settings import TrainingSettings
from evals.training.train import fit, predict, untrained
from service.guardrails.judgement import CaseReader


def opinions_of(teacher: Judge, reader: CaseReader, asked: list[Lesson]) -> dict[str, Opinion]:
    """What `teacher` thinks of each text."""
    decisions, labels = predict(teacher, [reader.row(one.surface, one.history, one.text) for one in asked])
    return {
        lesson.key: Opinion(decided, labelled)
        for lesson, decided, labelled in zip(asked, decisions.numpy(), labels.numpy(), strict=True)
    }


def main() -> None:
    """Train the teacher, and ask it."""
    arguments = _arguments()
    settings = TrainingSettings(epochs=arguments.epochs, rate=5e-5, head_rate=5e-4)
    cases = training_cases()
    with TemporaryDirectory() as folder:
        weights = pretrained_teacher(Path(folder))
        reader = CaseReader(Tokenizer.from_file(str(weights / "tokenizer.json")))
        teacher = untrained(weights, settings)
    if arguments.begin:
        teacher.load_state_dict(torch.load(arguments.begin, weights_only=True))
    fit(teacher, lessons(cases), reader, settings)
    if arguments.keep:
        torch.save(teacher.state_dict(), arguments.keep)
    write_opinions(OPINIONS, opinions_of(teacher, reader, [*lessons(cases), *unlabelled(cases)]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.training.teacher", description=__doc__)
    parser.add_argument("--epochs", type=int, default=3, help="0: only ask the teacher of --begin")
    parser.add_argument("--begin", type=Path, help="weights to go on from, kept by an earlier run")
    parser.add_argument("--keep", type=Path, help="where to keep the weights")
    return parser.parse_args()


if __name__ == "__main__":
    main()
