"""Commands that other packages of the project bring, found by name: what is above the service is not imported by it."""

from collections.abc import Callable
from importlib.metadata import entry_points

from service.errors import ConfigurationError

_GROUP = "trust_coach.commands"


def load_command(name: str, absent: str) -> Callable[..., int]:
    """The function behind a command; it gives an exit code.

    Raises:
        ConfigurationError: it is not installed; `absent` says what to do.
    """
    for point in entry_points(group=_GROUP, name=name):
        try:
            command: Callable[..., int] = point.load()
        except ModuleNotFoundError as error:
            raise ConfigurationError(f"{absent} ({error.name} is missing)") from error
        return command
    raise ConfigurationError(absent)
