"""Keys of providers in the keyring of the operating system, so that none has to stand in a file or an environment.

A file of names, beside nothing secret, says which keys are there: films that need none of them never load
the keyring. Start at `Keys`.
"""

from __future__ import annotations

import json
import os
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from astragen.errors import SettingsError

if TYPE_CHECKING:
    from types import ModuleType

SERVICE: Final = "astragen"  # what the keyring's own tools show
_INSTALL: Final = "Install it with: pip install 'astragen[keyring]'; or set the key as an environment variable."


class Keys:
    """The keys that are kept; *index* is the file of their names."""

    def __init__(self, index: Path) -> None:
        self._index = index

    def names(self) -> tuple[str, ...]:
        """The providers whose keys are kept."""
        try:
            read = json.loads(self._index.read_text("utf-8"))
        except (OSError, ValueError):
            return ()
        return tuple(sorted(one for one in read if isinstance(one, str))) if isinstance(read, list) else ()

    def of(self, provider: str) -> str:
        """The key of *provider*; "" when none is kept.

        Raises:
            SettingsError: one is kept, and the keyring does not hand it out.
        """
        if provider not in self.names():
            return ""
        key = _asked("read", "get_password", provider)
        return key if isinstance(key, str) else ""

    def keep(self, provider: str, key: str) -> None:
        """Keep *key* for *provider*, in place of an earlier one.

        Raises:
            SettingsError: there is no keyring, or it refuses.
        """
        _asked("kept", "set_password", provider, key)
        self._write({*self.names(), provider})

    def forget(self, provider: str) -> None:
        """Remove the key of *provider*.

        Raises:
            SettingsError: none is kept, or the keyring refuses.
        """
        if provider not in self.names():
            raise SettingsError(f'No key of "{provider}" is kept.', hint="astragen key list shows those that are.")
        _asked("removed", "delete_password", provider)
        self._write({*self.names()} - {provider})

    def _write(self, names: set[str]) -> None:
        try:
            self._index.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._index.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(sorted(names), file)
            Path(temporary).replace(self._index)
        except OSError as error:
            raise SettingsError(
                f'The list of kept keys, "{self._index}", cannot be written: {error.strerror}.',
                hint="Correct the folder's permissions, or choose another with ASTRAGEN_CONFIG_DIR.",
            ) from error


def cleaned(said: str) -> str:
    """The key in *said*, without the white space around it.

    Raises:
        SettingsError: that is no key.
    """
    text = said.strip()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise SettingsError(
            "That is no key: it is empty, or holds a space or a letter that no key has.",
            hint="Copy it again, without quotes.",
        )
    return text


def _asked(done: str, function: str, *arguments: str) -> Any:  # noqa: ANN401 - what the keyring returns
    """What the keyring gives; its errors hold no key, and are told without their traceback's values."""
    keyring = _keyring()
    try:
        return getattr(keyring, function)(SERVICE, *arguments)
    except Exception as error:  # every backend raises its own
        said = f"{type(error).__name__}: {error}".split("\n", maxsplit=1)[0][:200]
    raise SettingsError(
        f"The key of {arguments[0]} cannot be {done} by this system's keyring ({said}).",
        hint="Unlock it, or set the key as an environment variable.",
    )


def _keyring() -> ModuleType:
    if find_spec("keyring") is None:
        raise SettingsError("Keys need the package keyring, which is not installed.", hint=_INSTALL)
    import keyring

    return keyring
