"""Every error a user can meet, in one tree.

::

    AstraGenError
    ├── InputError            what was asked cannot be done as asked (exit code 2)
    │   ├── BriefError            a field of the brief
    │   ├── StoryboardError       a storyboard file
    │   ├── SettingsError         a setting, a folder, an output path
    │   ├── MissingKey            a provider without its key
    │   └── UnknownProvider       a provider nobody registered
    ├── ProviderError         a crew member failed (exit code 3)
    │   ├── Unavailable           down, or did not answer in time (retry)
    │   │   └── Uncertain             it may have done the work all the same, and charged for it
    │   ├── RateLimited           asked too often (retry, after `retry_after_s`)
    │   ├── QuotaExceeded         out of credit
    │   ├── ContentRefused        moderation said no
    │   └── BadOutput             the answer is not what was asked
    ├── MediaError            pictures or sound could not be read or made (exit code 4)
    │   ├── ProbeError            a media file is not what it claims
    │   └── RenderError           frames or the file could not be written
    │       └── NoRoom                a disk has less free than the film may take; nothing was begun
    ├── StoreError            the shared store of files does not answer (retry; exit code 4)
    ├── JobError              a job as such (exit code 5)
    │   ├── JobNotFound           nor has the asker another thing of this id
    │   ├── JobCancelled
    │   ├── LeaseLost
    │   ├── StateConflict         it is not in a state in which that can be done
    │   ├── QuotaReached          the owner has as much as may be had
    │   └── DatabaseDown          the service's database does not answer, or is full (retry)
    └── BudgetExceeded        the money limit of the brief (exit code 6)

A message names the thing, the value and the limit; `hint` is the next act.
"""

from __future__ import annotations

from typing import ClassVar


class AstraGenError(Exception):
    """Base of all: a message for people, and the next act in `hint`."""

    exit_code: ClassVar[int] = 1
    retry: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        """Cross a process border with every attribute (Exception would lose `hint`)."""
        return _rebuild, (type(self), self.__dict__)


def _rebuild(kind: type[AstraGenError], attributes: dict[str, object]) -> AstraGenError:
    error = kind.__new__(kind)
    Exception.__init__(error, attributes["message"])
    error.__dict__.update(attributes)
    return error


class InputError(AstraGenError):
    """What was asked cannot be done as asked."""

    exit_code = 2


class BriefError(InputError):
    """A field of the brief is missing, malformed or out of its range."""


class StoryboardError(InputError):
    """A storyboard cannot be read: the message names the path inside the JSON."""


class SettingsError(InputError):
    """A setting, a folder or an output path cannot be used."""


class MissingKey(InputError):
    """A provider was chosen that has no key."""


class UnknownProvider(InputError):
    """A provider was named that nobody registered."""


class ProviderError(AstraGenError):
    """A member of the crew failed."""

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        provider: str = "",
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        """*status* is the HTTP status, where there was one; *retry_after_s* the wait that the provider asked for."""
        super().__init__(message, hint=hint)
        self.provider = provider
        self.status = status
        self.retry_after_s = retry_after_s


class Unavailable(ProviderError):
    """The provider is down, crashed, or did not answer in time."""

    retry = True


class Uncertain(Unavailable):
    """No answer came after the request had left: the work may be done, and charged, all the same.

    Sending a paid request again may pay twice, so nobody does it unasked.
    """

    retry = False


class RateLimited(ProviderError):
    """The provider was asked too often; try again after `retry_after_s`."""

    retry = True


class QuotaExceeded(ProviderError):
    """The provider wants money or a larger plan."""


class ContentRefused(ProviderError):
    """The provider's moderation refused the request."""

    is_charged = False
    """Whether the work was done, and charged, before its result was withheld."""


class BadOutput(ProviderError):
    """The provider answered, and the answer is not what was asked for."""


class MediaError(AstraGenError):
    """Pictures or sound could not be read or made."""

    exit_code = 4


class ProbeError(MediaError):
    """A media file is not what it claims to be."""


class RenderError(MediaError):
    """Frames, sound or the film file could not be made or written."""


class NoRoom(RenderError):
    """A disk has less free than what is to be made may take; nothing of it was begun."""


class StoreError(AstraGenError):
    """The store of files that the service's machines share does not answer, or refuses.

    No MediaError: nothing is wrong with any picture, so nobody is to make, and pay for, another one.
    """

    exit_code = 4
    retry = True


class JobError(AstraGenError):
    """A job as such, apart from what it makes."""

    exit_code = 5


class JobNotFound(JobError):
    """Nothing of the asker's has this id: no film, file, key, webhook or delivery."""


class JobCancelled(JobError):
    """The job was cancelled before it ended."""


class LeaseLost(JobError):
    """Another worker took the job over."""


class StateConflict(JobError):
    """The job is in a state in which this cannot be done."""


class QuotaReached(JobError):
    """Its owner has as much as a limit allows; `quota` is which: queue, spend or files."""

    def __init__(self, message: str, *, hint: str = "", quota: str = "") -> None:
        super().__init__(message, hint=hint)
        self.quota = quota


class DatabaseDown(JobError):
    """The service's database does not answer, or, when `is_full`, has no room left."""

    retry = True

    def __init__(self, message: str, *, hint: str = "", is_full: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.is_full = is_full


class BudgetExceeded(AstraGenError):
    """Going on would cost more than the brief allows."""

    exit_code = 6
