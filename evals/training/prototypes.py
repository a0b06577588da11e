"""The points by which situations and answers are found: `python -m evals.training.prototypes`.

To be run after any of their texts changed.
"""

from pathlib import Path

from knowledge import answers, situations
from knowledge.encoder import MiniLMEncoder
from knowledge.prototypes import Wordings, build, save

_WEIGHTS = Path(__file__).resolve().parents[2] / "knowledge" / "weights"


def main() -> None:
    """Build and keep both."""
    encoder = MiniLMEncoder()
    told: dict[str, Wordings] = {
        "answers": answers.wordings(answers.load_answers()),
        "situations": situations.wordings(situations.load_situations()),
    }
    for name, wordings in told.items():
        save(_WEIGHTS / f"{name}.npz", build(wordings, encoder), wordings.digest(encoder))


if __name__ == "__main__":
    main()
