"""Settings of the machine, not of a film: built once by a face and passed down.

From the environment (`ASTRAGEN_CACHE_DIR`, `ASTRAGEN_WORKERS`, `ASTRAGEN_CACHE_MAX_BYTES`, `ASTRAGEN_WRITER`,
`ASTRAGEN_ARTIST`, `ASTRAGEN_CAMERA`, `ASTRAGEN_VOICE`, `ASTRAGEN_DEPTH_MODEL`, and the keys, addresses and models of
providers, see `Settings.access_to`) or given.
This is the only room that reads the environment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from platformdirs import user_cache_path, user_config_path, user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from astragen.errors import SettingsError
from astragen.model.upgrade import first_problem
from astragen.providers.access import Access
from astragen.providers.vendor import Vendor
from astragen.store.bucket import AWS_NAMES
from astragen.store.keys import Keys
from astragen.store.prune import DEFAULT_MAX_BYTES

_PREFIX = "ASTRAGEN_"
_IS_SECRET = re.compile("(KEY|TOKEN|SECRET|PASSWORD)$")


class Settings(BaseSettings):
    """Where astragen keeps its files, and how much of the machine it takes."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    cache_dir: Path = Field(
        default_factory=lambda: user_cache_path("astragen"), description="Folder of finished steps and scratch files."
    )
    config_dir: Path = Field(
        default_factory=lambda: user_config_path("astragen"), description="Folder of the list of kept keys."
    )
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("astragen"), description="Folder of the service's database and films."
    )
    database_url: str = Field(
        "", description="Database of the service: postgresql://...; empty: a SQLite file in the data folder."
    )
    store_url: str = Field(
        "", description="Where the service keeps files: s3://bucket/prefix; empty: in the data folder."
    )
    lease_s: float = Field(
        30.0, ge=2, le=600, description="A worker of the service that gives no sign for so long is taken for dead."
    )
    keep_days: float | None = Field(None, gt=0, description="Films of the service are removed after so long.")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Names under which the service answers besides its own address, with commas; *: any."
    )
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#@]+)?$",
        description="Address under which others reach the service, https://NAME; links that show a film begin with it.",
    )
    upload_max_bytes: int = Field(2 * 2**30, ge=1, description="The largest file that the service takes.")
    server: str = Field("", description="Address of the service that makes films; empty: they are made here.")
    server_key: SecretStr | None = Field(None, description="API key of that service.")
    upload_quota_bytes: int = Field(20 * 2**30, ge=1, description="What the files of one key may take together.")
    workers: int = Field(
        default_factory=lambda: usable_cpus(), ge=1, le=256, description="The most processes that render at one time."
    )
    cache_max_bytes: int = Field(
        DEFAULT_MAX_BYTES, ge=0, description="The cache is brought below this after each film, longest unused first."
    )
    writer: str = Field("auto", description="Who writes storyboards where nobody says: auto, builtin or a provider.")
    artist: str = Field("auto", description="Who makes stills where nobody says: auto, builtin or names.")
    camera: str = Field("builtin", description="Who makes clips where nobody says: builtin or names.")
    voice: str = Field("auto", description="Who speaks where nobody says: auto, builtin or names.")
    depth_model: Path | None = Field(
        None, description="ONNX file that tells the depth of stills: MiDaS, DPT or Depth Anything. Needs onnxruntime."
    )
    providers: Annotated[Mapping[str, Access], NoDecode] = Field(
        {}, description="Keys, addresses and models by provider, instead of those of the environment."
    )

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _by_commas(cls, given: object) -> object:
        return tuple(filter(None, map(str.strip, given.split(",")))) if isinstance(given, str) else given

    @property
    def public_names(self) -> tuple[str, ...]:
        """The name in `public_url`, as `allowed_hosts` has names; none where there is none."""
        name = urlsplit(self.public_url).hostname
        return (name,) if name else ()

    @property
    def database(self) -> str:
        """The URL of the service's database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'astragen.sqlite'}"

    @property
    def store_variables(self) -> Mapping[str, str]:
        """The usual variables by which S3 is reached, as far as they are set; keys are among them, so never show it."""
        return {name: value for name in AWS_NAMES if (value := _first_set([name]))}

    @property
    def keys(self) -> Keys:
        """The keys in the system's keyring."""
        return Keys(self.config_dir / "keys.json")

    def access_to(self, provider: type[Vendor]) -> Access:
        """What is configured of *provider*: given as an argument, or by its environment variables.

        Those are ASTRAGEN_<NAME>_API_KEY, _BASE_URL, _MODEL and _<OPTION>, then the usual ones, such as OPENAI_API_KEY;
        a key that the environment does not have may be in the system's keyring.
        """
        given = self.providers.get(provider.capability.name)
        if given is not None:
            return given
        name = provider.capability.name
        key = _first_set(provider.key_names()) or (self.keys.of(name) if provider.key_variables else "")
        return Access(
            key=SecretStr(key) if key else None,
            base_url=_first_set(provider.base_url_names()),
            model=_first_set(provider.model_names()),
            options={
                option: value for option, name in provider.option_names().items() if (value := _first_set([name]))
            },
        )


def _first_set(names: Iterable[str]) -> str:
    values = (os.environ.get(name, "").strip() for name in names)
    return next(filter(None, values), "")


def read_settings() -> Settings:
    """The settings that the environment gives.

    Raises:
        SettingsError: a variable is malformed or out of range; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        name = _PREFIX + "_".join(str(part) for part in error.errors()[0]["loc"]).upper()
        said = first_problem(error).partition(": ")[2]
        raise SettingsError(
            f"{name}: {said}.", hint=f"Correct the environment variable {name}, or unset it."
        ) from error


def secrets() -> tuple[str, ...]:
    """Keys, tokens and passwords of the environment, by the names of their variables: no log repeats them."""
    return tuple(value for name, value in os.environ.items() if value and _IS_SECRET.search(name))


def has_collector() -> bool:
    """Whether the environment says where spans of OpenTelemetry go."""
    names = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
    return bool(_first_set(names))


def quieten() -> None:
    """Keep SVT-AV1, which knows no other way, from writing to standard error; workers inherit it."""
    os.environ.setdefault("SVT_LOG", "1")  # errors only


def usable_cpus() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
