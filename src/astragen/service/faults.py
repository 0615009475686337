"""Why a film failed, in the words of the API."""

from __future__ import annotations

from typing import Final

from astragen.errors import (
    AstraGenError,
    BadOutput,
    BriefError,
    BudgetExceeded,
    ContentRefused,
    InputError,
    JobError,
    MediaError,
    MissingKey,
    ProbeError,
    ProviderError,
    QuotaExceeded,
    RateLimited,
    RenderError,
    SettingsError,
    StoryboardError,
    Unavailable,
    UnknownProvider,
)
from astragen.model.job import Fault

CODES: Final[dict[type[AstraGenError], str]] = {
    BriefError: "input.brief",
    StoryboardError: "input.storyboard",
    SettingsError: "input.settings",
    MissingKey: "provider.no_key",
    UnknownProvider: "provider.unknown",
    InputError: "input.invalid",
    RateLimited: "provider.rate_limited",
    QuotaExceeded: "provider.quota",
    ContentRefused: "safety.input",
    BadOutput: "provider.bad_output",
    Unavailable: "provider.unavailable",
    ProviderError: "provider.failed",
    ProbeError: "media.probe",
    RenderError: "media.render",
    MediaError: "media.failed",
    BudgetExceeded: "money.limit",
    JobError: "job.failed",
}


def code_of(error: AstraGenError) -> str:
    """The dotted code of *error*: that of its class, or of the nearest above it."""
    return next((CODES[kind] for kind in type(error).__mro__ if kind in CODES), "internal")


def fault_of(error: AstraGenError) -> Fault:
    """*error* as it is kept with the film that failed of it."""
    return Fault(code=code_of(error), message=error.message, hint=error.hint)
