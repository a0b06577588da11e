"""The root of the error tree, and what can go wrong with knowledge.

    TrustCoachError
    ├── KnowledgeError
    │   ├── ImportRejected        a file that holds no article we can use; `reason` says why
    │   ├── BadQuery              a search that cannot be answered as asked
    │   ├── DataFolderError       the data folder cannot be created or written
    │   ├── IndexUnavailable      the index does not answer; the message says what to look at
    │   └── KnowledgeDataError    packaged data (articles, tactics, resources) is malformed
    └── CoachError                see service/errors.py

The message of each is written for the person who has to act on it.
"""


class TrustCoachError(Exception):
    """Anything this project raises on purpose."""


class KnowledgeError(TrustCoachError):
    """Something is wrong with articles, the index or packaged data."""


class ImportRejected(KnowledgeError):
    """A file cannot become an article."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class BadQuery(KnowledgeError):
    """A search that cannot be answered as asked."""


class DataFolderError(KnowledgeError):
    """The data folder cannot be used."""


class IndexUnavailable(KnowledgeError):
    """The index does not answer."""


class KnowledgeDataError(KnowledgeError):
    """Packaged data is malformed; the message names the file and the field."""
