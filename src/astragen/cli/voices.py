"""`astragen voices`: who can speak, and how to say so with --voice."""

from __future__ import annotations

import json
from collections.abc import Iterable

import click


@click.command(short_help="List the voices that can be chosen.")
@click.option("--language", metavar="TAG", default="", help="Only those that speak it.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def voices(*, language: str, as_json: bool) -> None:
    """List the voices that --voice takes. Nobody is asked, and nothing is loaded."""
    rows = list(_rows(language.lower().partition("-")[0]))
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    widest = max((len(row["voice"]) for row in rows), default=0)
    for row in rows:
        click.echo(f"{row['voice']:<{widest}}  {row['about']}".rstrip())


def _rows(language: str) -> Iterable[dict[str, str]]:
    """The voices that speak *language*, a primary tag; "" for all."""
    from astragen.providers.voice_registry import find_voice, known_voices

    yield from _builtin(language)
    for name in known_voices():
        one = find_voice(name)
        listed = list(one.listed())
        for voice in listed:
            if not language or not voice.languages or language in voice.languages:
                yield {"voice": voice.wish, "about": voice.about}
        if not listed:
            yield {"voice": f"{name}:{'VOICE' if not one.usual_voice else one.usual_voice}", "about": _about(one)}


def _builtin(language: str) -> Iterable[dict[str, str]]:
    """The built-in voice, and the variants of it that characters are cast from."""
    from astragen.builtin.voice import BuiltinVoice, tags
    from astragen.plan.casting import cast_voices

    spoken = BuiltinVoice().capability.languages
    if language and not {language, tags(language)[-1], tags(language)[0]} & set(spoken):
        return
    what = f"eSpeak NG, {len(spoken)} languages, no network" if not language else "eSpeak NG, no network"
    yield {"voice": "builtin", "about": what}
    for name in cast_voices():
        yield {"voice": f"builtin:{name}", "about": "another of its voices"}


def _about(one: type) -> str:
    """The first line of what its module says of itself."""
    import sys

    text = (sys.modules[one.__module__].__doc__ or "").strip()
    return text.partition("\n")[0]
