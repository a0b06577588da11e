"""Cases that evaluate: written by other hands than those that train, and never mixed with them."""

from importlib.resources import files

from knowledge.cases import Case, read_cases


def load_dataset(name: str) -> tuple[Case, ...]:
    """The guard cases in `<name>.jsonl`.

    Raises:
        KnowledgeDataError: a line is not a case.
    """
    path = files("evals.datasets") / f"{name}.jsonl"
    return tuple(read_cases(path.name, path.read_text(encoding="utf-8").splitlines()))
