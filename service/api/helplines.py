"""`GET /v1/help`: whom a person in danger can reach. Open to everyone, with a key or without."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from service.api.guard import CoachDep
from service.inputs import LOCALE

router = APIRouter(tags=["help"])


class Helpline(BaseModel):
    """A service and how to reach it. `topics` are of self_harm, violence, abuse, minor, legal."""

    name: str
    number: str | None
    url: str
    hours: str
    note: str
    topics: tuple[str, ...]


class Country(BaseModel):
    """A country whose services are known."""

    code: str
    name: str


class Help(BaseModel):
    """A country's services, or the international ones (`ZZ`), and the countries to choose from."""

    country: str
    name: str
    emergency: str
    services: tuple[Helpline, ...]
    countries: tuple[Country, ...]


@router.get("/v1/help")
async def whom_to_reach(
    coach: CoachDep, locale: Annotated[str | None, Query(pattern=LOCALE, examples=["en-GB"])] = None
) -> Help:
    """The services of the country that `locale` names."""
    region = coach.region(locale)
    return Help(
        country=region.country,
        name=region.name,
        emergency=region.emergency,
        services=tuple(
            Helpline(name=s.name, number=s.number, url=s.url, hours=s.hours, note=s.note, topics=s.topics)
            for s in region.services
        ),
        countries=tuple(
            sorted((Country(code=one.country, name=one.name) for one in coach.regions), key=lambda one: one.name)
        ),
    )
