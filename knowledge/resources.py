"""Whom a person in danger can reach, by region."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from knowledge.yamls import read_yaml

INTERNATIONAL = "ZZ"


@dataclass(frozen=True, slots=True)
class Service:
    """A helpline. `topics` are of self_harm, violence, abuse, minor, legal."""

    id: str
    name: str
    number: str | None
    url: str
    hours: str
    topics: tuple[str, ...]
    note: str
    source: str
    checked: str

    @property
    def line(self) -> str:
        """As the coach names it to a person."""
        reach = f"{self.number} ({self.hours})" if self.number else self.url
        return f"{self.name}: {reach}"


@dataclass(frozen=True, slots=True)
class Region:
    """A country's services, or the international ones."""

    country: str
    name: str
    languages: tuple[str, ...]
    emergency: str
    services: tuple[Service, ...]

    def services_for(self, topic: str) -> tuple[Service, ...]:
        """The services for a topic; those for self-harm where there is none."""
        return tuple(s for s in self.services if topic in s.topics) or tuple(
            s for s in self.services if "self_harm" in s.topics
        )


class Resources:
    """Finds the region of a locale."""

    def __init__(self, regions: Mapping[str, Region]) -> None:
        self._regions = regions

    def for_locale(self, locale: str) -> Region:
        """The region that `locale` ("de-AT", "en_GB.UTF-8", "pt") names, or the international one.

        A bare language counts where only one listed country speaks just that; "en" or "es" alone tell no country.
        """
        parts = locale.split(".")[0].replace("_", "-").split("-")
        for part in parts[1:]:
            if part.upper() in self._regions:
                return self._regions[part.upper()]
        speakers = [region for region in self._regions.values() if region.languages[:1] == (parts[0].lower(),)]
        return speakers[0] if len(speakers) == 1 and len(parts) == 1 else self._regions[INTERNATIONAL]

    @property
    def countries(self) -> tuple[str, ...]:
        """Codes of the countries that are listed, without the international fallback."""
        return tuple(sorted(code for code in self._regions if code != INTERNATIONAL))

    def region(self, country: str) -> Region:
        """The region of a country code that is listed."""
        return self._regions[country]


@cache
def load_resources(folder: Traversable | None = None) -> Resources:
    """All regions that ship with the coach."""
    folder = folder or files("knowledge") / "resources"
    regions = [_region(path) for path in folder.iterdir() if path.name.endswith(".yaml")]
    return Resources({region.country: region for region in regions})


def _region(path: Traversable) -> Region:
    data: dict[str, Any] = read_yaml(path.read_text(encoding="utf-8"))
    return Region(
        country=data["country"],
        name=data["name"],
        languages=tuple(data["languages"]),
        emergency=str(data["emergency"]),
        services=tuple(_service(row) for row in data["services"]),
    )


def _service(row: dict[str, Any]) -> Service:
    return Service(
        id=row["id"],
        name=row["name"],
        number=str(row["number"]) if row.get("number") else None,
        url=row["url"],
        hours=row["hours"],
        topics=tuple(row["topics"]),
        note=row.get("note", ""),
        source=row["source"],
        checked=str(row["checked"]),
    )
