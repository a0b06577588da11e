"""What a request may be, checked before anything heavy is loaded."""

import re

from service.errors import BadRequest

MAX_CHARACTERS = 8000
LOCALE = r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$"
"""Pattern of a locale, e.g. `en-GB`."""

_SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,127}")


def check_text(text: str, param: str) -> None:
    """Refuse what cannot be judged or kept.

    Raises:
        BadRequest: says what is wrong and what to do.
    """
    if not text.strip():
        raise BadRequest(f"{param} is empty: write what is on your mind", param)
    if len(text) > MAX_CHARACTERS:
        raise BadRequest(
            f"{param} has {len(text)} characters; {MAX_CHARACTERS} are the most. Send the part that matters most.",
            param,
        )
    check_characters(text, param)


def check_characters(text: str, param: str) -> None:
    """Refuse what is not text.

    Raises:
        BadRequest: says what is wrong.
    """
    if "\x00" in text:
        raise BadRequest(f"{param} contains a NUL character, which is not text", param)
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise BadRequest(f"{param} contains half of a surrogate pair: send valid Unicode", param)


def check_session(session_id: str, param: str = "session_id") -> str:
    """`session_id`, when it is well-formed.

    Raises:
        BadRequest: it is not.
    """
    if _SESSION.fullmatch(session_id) is None:
        raise BadRequest(f"{param} has 1 to 128 letters, digits or '-_.:@' and starts with a letter or digit", param)
    return session_id
