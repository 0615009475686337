"""The ground that every provider stands on: its name, its key, its address and its options.

A subclass is one trade of one vendor, and its capability says which. `ChatProvider` (wire.py)
and `PictureProvider` (shooting.py) build on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, ValidationError

from astragen.errors import BadOutput, SettingsError
from astragen.model.base import Model
from astragen.model.capability import Capability
from astragen.model.upgrade import first_problem
from astragen.providers.access import Access
from astragen.providers.failures import variable
from astragen.providers.http import Auth, HttpClient, Timeouts


class Options(Model):
    """What a user may set of any provider."""

    timeout_s: float = Field(300.0, ge=0.1, le=3_600, description="The longest wait for one answer, tries included.")

    def fields(self) -> dict[str, Any]:
        """The options that go into a request as they are: those that are set."""
        return self.model_dump(exclude={"timeout_s"}, exclude_none=True)


class Vendor:
    """One trade of one vendor at one address.

    `capability.name` is its name, and with it ASTRAGEN_<NAME>_API_KEY, _BASE_URL and _MODEL
    are its variables; the usual ones, in *key_variables* and *base_url_variables*, are read after
    them.
    """

    capability: Capability
    default_base_url: ClassVar[str]
    key_variables: ClassVar[tuple[str, ...]] = ()
    base_url_variables: ClassVar[tuple[str, ...]] = ()
    needs_key: ClassVar[bool] = True  # at its own address; another one may do without
    Options: ClassVar[type[Options]] = Options
    instead: ClassVar[str] = "choose another provider"  # the next act when it fails for good
    max_bytes: ClassVar[int] = 8_000_000  # of an answer

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready to ask; nothing is sent.

        Raises:
            SettingsError: the address or the key cannot be used, or an option is unknown or out of range.
        """
        self.options = self._checked({**access.options, **(options or {})})
        self.http = HttpClient(
            self.address(access.base_url or self.default_base_url),
            provider=self.capability.name,
            auth=self.auth(access),
            key_hint=f"Check {self.usual_key()}, or {self.instead}.",
            headers=self.headers(),
            timeouts=self.timeouts(),
            max_bytes=self.max_bytes,
        )

    @property
    def base_url(self) -> str:
        """Where it is asked."""
        return self.http.base_url

    def auth(self, access: Access) -> Auth | None:
        """How the key is sent."""
        return Auth(access.key) if access.key else None

    def headers(self) -> dict[str, str]:
        """What else is sent with every request."""
        return {}

    def timeouts(self) -> Timeouts:
        """How long an answer is waited for."""
        return Timeouts(read_s=self.options.timeout_s, total_s=self.options.timeout_s)

    def bad(self, what: str) -> BadOutput:
        """The error of an answer that is *what*."""
        name = self.capability.name
        hint = f"{self.instead[:1].upper()}{self.instead[1:]}."
        return BadOutput(f"{name} answered with {what}.", hint=hint, provider=name)

    @classmethod
    def address(cls, base_url: str) -> str:
        """*base_url* in the form that the wire appends to."""
        return base_url

    @classmethod
    def key_names(cls) -> tuple[str, ...]:
        """The environment variables that may hold its key; the first one that is set counts."""
        return (variable(cls.capability.name, "API_KEY"), *cls.key_variables)

    @classmethod
    def usual_key(cls) -> str:
        """The variable that its users know."""
        return (*cls.key_variables, *cls.key_names())[0]

    @classmethod
    def base_url_names(cls) -> tuple[str, ...]:
        """The environment variables that may hold its address; the first one that is set counts."""
        return (variable(cls.capability.name, "BASE_URL"), *cls.base_url_variables)

    @classmethod
    def model_names(cls) -> tuple[str, ...]:
        """The environment variables that may hold its model."""
        return (variable(cls.capability.name, "MODEL"),)

    @classmethod
    def option_names(cls) -> dict[str, str]:
        """The environment variable of each option, by the option's name."""
        return {option: variable(cls.capability.name, option.upper()) for option in cls.Options.model_fields}

    @classmethod
    def _checked(cls, options: Mapping[str, object]) -> Any:  # noqa: ANN401 - of the type that the subclass names
        try:
            return cls.Options.model_validate(dict(options))
        except ValidationError as error:
            known = ", ".join(sorted(cls.Options.model_fields))
            message = f"An option of {cls.capability.name} cannot be used: {first_problem(error)}."
            raise SettingsError(message, hint=f"It knows: {known}.") from error
