"""Cases that evaluate: written by other hands than those that train, and never mixed with them."""

from importlib.resources import files
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.cases import Case, read_cases
from knowledge.errors import KnowledgeDataError


class DatasetCase(BaseModel):
    """What every written case has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    provenance: str


C = TypeVar("C", bound=DatasetCase)


def load_dataset(name: str) -> tuple[Case, ...]:
    """The guard cases in `<name>.jsonl`.

    Raises:
        KnowledgeDataError: a line is not a case.
    """
    return tuple(read_cases(f"{name}.jsonl", _lines(name)))


def read_dataset(name: str, shape: type[C]) -> tuple[C, ...]:
    """The cases in `<name>.jsonl`, of any shape.

    Raises:
        KnowledgeDataError: a line is not of the shape.
    """
    found: list[C] = []
    for number, line in enumerate(_lines(name), start=1):
        try:
            found.append(shape.model_validate_json(line))
        except ValidationError as error:
            raise KnowledgeDataError(f"{name}.jsonl, line {number}: {error}") from error
    return tuple(found)


def _lines(name: str) -> list[str]:
    return (files("evals.datasets") / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
