"""`astragen say`: a text as sound, to hear a voice before a film is made with it."""

from __future__ import annotations

from pathlib import Path

import click

from astragen.cli.voice_options import check_voice, voice_option
from astragen.errors import InputError, SettingsError


@click.command(
    short_help="Speak a text into a WAV file.", epilog='For example: astragen say "Good evening." -o evening.wav'
)
@click.argument("text")
@click.option("-o", "--out", metavar="PATH", default="speech.wav", show_default=True, help="The WAV to write.")
@voice_option
@click.option("--language", metavar="TAG", default="en", show_default=True, help="BCP 47 tag of the text.")
@click.option("--mood", metavar="WORD", default="hopeful", show_default=True, help="How it is said, as a shot's mood.")
@click.option("--rate", type=click.FloatRange(0.5, 2.0), default=1.0, show_default=True, help="Speed.")
@click.option(
    "--max-cost", metavar="X", type=click.FloatRange(0, 1_000), default=0.25, show_default=True, help="US dollars."
)
@click.option("--cache", metavar="DIR", help="Where finished steps are kept.")
def say(
    *, text: str, out: str, voice: str | None, language: str, mood: str, rate: float, max_cost: float, cache: str | None
) -> None:
    """Speak TEXT, of any length, or what stands on stdin (-), and write it as a WAV."""
    from astragen.cli.cache import settings_of
    from astragen.cli.output import check_folder
    from astragen.cli.source import read_text

    path = Path(out)
    if path.suffix.lower() != ".wav":
        raise SettingsError(f"--out is {path}; speech is a WAV.", hint=f"Name it {path.with_suffix('.wav')}.")
    check_folder(path.parent)
    settings = settings_of(cache)
    check_voice(voice, settings, max_cost)
    _check_words(language, mood)
    words = read_text(text)
    import anyio

    from astragen.face import say as speak
    from astragen.model.vocabulary import Mood

    async def spoken() -> None:
        said = await speak(
            words,
            path,
            voice=voice or "",
            language=language,
            mood=Mood(mood),
            rate=rate,
            max_cost_usd=max_cost,
            settings=settings,
        )
        for one in said.fallbacks:
            click.echo(f"{one.subject}: {one.reason} {one.instead}", err=True)
        count = f"{said.words} word" + "s" * (said.words != 1)
        click.echo(f"{count} in {said.seconds:.1f} s, by {', '.join(said.voices)}", err=True)
        click.echo(path)

    anyio.run(spoken)


def _check_words(language: str, mood: str) -> None:
    """Pass when both can be.

    Raises:
        InputError: one cannot; what can.
    """
    import re

    from astragen.model.vocabulary import Mood

    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", language):
        raise InputError(f'--language "{language}" is no BCP 47 tag.', hint='As in "de", or "pt-BR".')
    if mood not in list(Mood):
        raise InputError(f'--mood "{mood}" is no mood.', hint=f"Choose one of {', '.join(Mood)}.")
