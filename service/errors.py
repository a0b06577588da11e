"""What can go wrong in the service, and how it is told.

    TrustCoachError                     knowledge/errors.py
    ├── KnowledgeError …
    └── CoachError                      status  type
        ├── ConfigurationError          -       a setting is wrong; the message names it
        ├── BadRequest                  400     bad_request
        ├── Unauthorised                401     unauthorised
        ├── Forbidden                   403     forbidden
        ├── ModelNotFound               404     model_not_found
        ├── SessionNotFound             404     session_not_found
        ├── SessionDeleted              409     session_deleted
        ├── TooLarge                    413     too_large
        └── ProviderError               503     provider_unavailable   never seen by the person: the composer answers

A message is written for whoever made the request, and never contains another person's text.
"""

from knowledge.errors import TrustCoachError


class CoachError(TrustCoachError):
    """Something that the person or operator can act on."""

    status = 500
    type = "internal_error"

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param


class ConfigurationError(CoachError):
    """A setting is wrong."""

    type = "configuration"


class BadRequest(CoachError):
    """The request cannot be understood."""

    status = 400
    type = "bad_request"


class Unauthorised(CoachError):
    """No valid API key was given."""

    status = 401
    type = "unauthorised"


class Forbidden(CoachError):
    """The caller may not do this."""

    status = 403
    type = "forbidden"


class ModelNotFound(CoachError):
    """No such model."""

    status = 404
    type = "model_not_found"


class SessionNotFound(CoachError):
    """No such session."""

    status = 404
    type = "session_not_found"


class SessionDeleted(CoachError):
    """The session was deleted and stays so."""

    status = 409
    type = "session_deleted"


class TooLarge(CoachError):
    """The body is larger than any valid request."""

    status = 413
    type = "too_large"


class ProviderError(CoachError):
    """The model's provider did not give a usable answer."""

    status = 503
    type = "provider_unavailable"
