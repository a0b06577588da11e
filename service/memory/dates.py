"""Days as people name them: "on Sunday", "tomorrow", "in two weeks", "by 3 May"."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_NUMBERS: Mapping[str, int] = {
    name: number
    for number, names in enumerate("a,an,one two three four five six seven eight nine ten".split(), start=1)
    for name in names.split(",")
}
_UNITS = {"day": 1, "week": 7, "month": 30}
_MONTH = "|".join(_MONTHS)


def day_named(text: str, today: date) -> date | None:
    """The last day of the time that `text` names first, counted from `today`; nothing where it names none."""
    found = [(match.start(), read(match, today)) for pattern, read in _READERS if (match := pattern.search(text))]
    return min(found)[1] if found else None


def _in_days(days: int) -> "_Reader":
    return lambda _, today: today + timedelta(days=days)


def _weekday(match: re.Match[str], today: date) -> date:
    """The next such day after today; "next Sunday" is one of the week that begins on the next Monday."""
    place = _DAYS.index(match["day"].lower())
    if match["next"]:
        return today + timedelta(days=7 - today.weekday() + place)
    return today + timedelta(days=(place - today.weekday() - 1) % 7 + 1)


def _week_end(match: re.Match[str], today: date) -> date:
    sunday = today + timedelta(days=6 - today.weekday())
    return sunday + timedelta(days=7) if match["next"] else sunday


def _after(match: re.Match[str], today: date) -> date:
    count = match["count"].lower()
    return today + timedelta(days=(int(count) if count.isdigit() else _NUMBERS[count]) * _UNITS[match["unit"].lower()])


def _of_month(match: re.Match[str], today: date) -> date:
    """The day in this year, or in the next where it has passed; the last of the month where it names no such day."""
    month = _MONTHS.index((match["month"] or match["late"]).lower()) + 1
    day = int(match["day"] or match["day_after"])
    return next(
        (found for year in (today.year, today.year + 1) if (found := _date(year, month, day)) >= today),
        _date(today.year + 1, month, day),
    )


def _date(year: int, month: int, day: int) -> date:
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, max(1, min(day, last)))


_Reader = Callable[[re.Match[str], date], date]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.I)


_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_pattern(r"\b(?:today|tonight|this (?:morning|afternoon|evening)|before bed)\b"), _in_days(0)),
    (_pattern(r"(?<!day after )\b(?:tomorrow|tmrw|tmr)\b"), _in_days(1)),
    (_pattern(r"\bday after tomorrow\b"), _in_days(2)),
    (_pattern(rf"(?<!every )(?<!each )(?<!last )\b(?P<next>next )?(?P<day>{'|'.join(_DAYS)})\b(?!s)"), _weekday),
    (
        _pattern(r"(?<!every )(?<!last )\b(?P<next>next )?(?:weekend|(?<=this |next )week|(?<=end of the )week)\b"),
        _week_end,
    ),
    (_pattern(rf"\bin (?P<count>\d{{1,2}}|{'|'.join(_NUMBERS)}) (?P<unit>day|week|month)s?\b"), _after),
    (
        _pattern(
            rf"\b(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\b"
            rf"|\b(?P<late>{_MONTH}) (?:the )?(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?\b"
        ),
        _of_month,
    ),
)
