"""What films sound like: loudness, peaks, the voice over the music, clicks, spectrum, and what it costs.

Only the audio side of each film is made (written, narrated, composed, mixed and encoded), each in a
process of its own with a fresh cache; `sound_work.py` makes and measures one. The last line is one
JSON object.

    python bench/sound.py --films 20
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PROMPTS = (  # stories, questions, products, places and moods; five are not English
    "A lonely lighthouse keeper befriends a whale that comes back every winter.",
    "Why is the sky blue, and why does it turn red at sunset?",
    "Meet Brew, the coffee maker that wakes up five minutes before you do.",
    "A rainy night in a neon city, and a fox who owns it.",
    "Un niño construye un cohete con cajas de cartón y llega a la luna.",
    "Ein alter Uhrmacher repariert die Zeit.",
    "A storm at sea, and the small boat that would not sink.",
    "How do bees decide where to build a new home?",
    "The last train leaves at midnight, and nobody is on it.",
    "A dragon who is afraid of fire learns to cook.",
    "Five things to know before you climb your first mountain.",
    "La vieille dame et le chat qui savait lire.",
    "Grief is a house with many rooms.",
    "An astronaut plants a garden on Mars.",
    "The market wakes up before the sun does.",
    "How does a vaccine teach the body to remember?",
    "Una notte d'estate, le lucciole e una promessa.",
    "Two rivals race across the desert, and the sand decides.",
    "What is inflation, and who pays for it?",
    "Uma menina encontra uma baleia de papel na chuva.",
)


def main() -> None:
    """Make and measure, print a line for each film, and end with one JSON object."""
    asked = arguments()
    films = []
    with tempfile.TemporaryDirectory(prefix="astragen-bench-") as scratch:
        for number, prompt in enumerate(PROMPTS[: asked.films]):
            films.append(measured(prompt, asked, Path(scratch) / str(number)))
            print(row(films[-1]), file=sys.stderr, flush=True)
    print(json.dumps(summary(films, asked), ensure_ascii=False))
    sys.exit(any(film["exit_code"] for film in films))


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, default=6, help=f"how many of the {len(PROMPTS)} prompts to make [6]")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--loudness", type=int, default=-14, help="-14, -16 or -23 LUFS [-14]")
    parser.add_argument("--profile", default="web", help="how the sound is encoded [web]")
    return parser.parse_args()


def measured(prompt: str, asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The sound of one film, made and measured in a process of its own."""
    brief = {"prompt": prompt, **{name: getattr(asked, name) for name in ("seconds", "loudness", "profile")}}
    job = json.dumps({"brief": {**brief, "deadline_s": "none"}, "folder": str(folder)})
    work = Path(__file__).with_name("sound_work.py")
    child = subprocess.run([sys.executable, work, job], stdout=subprocess.PIPE, text=True, check=False)
    found = json.loads(child.stdout.splitlines()[-1]) if child.returncode == 0 else {}
    return {"prompt": prompt, "exit_code": child.returncode, **found}


def row(film: dict[str, Any]) -> str:
    """One film as a line for people."""
    if film["exit_code"]:
        return f"FAILED ({film['exit_code']})  {film['prompt'][:60]}"
    return (
        "{lufs} LUFS, range {range_lu} LU, {true_peak_db} dBTP; voice over music {speech_over_music_db} dB, "
        "over all {speech_over_rest_db} dB; {clicks} clicks, {silence_over_2s} silences; "
        "words {word_onset_error_ms} ms; CPU {audio_cpu_s} s (voice {voice_cpu_s}); spectrum {bands}  {about}"
    ).format(**film, about=film["prompt"][:40], bands=" ".join(f"{db:+.1f}" for db in film["spectrum_db"].values()))


def most_off(film: dict[str, Any]) -> float:
    """How far the octave that fits worst lies from the reference, in dB; 63 Hz is as the music has it."""
    return max(abs(float(off)) for band, off in film["spectrum_db"].items() if band != "63")


def summary(films: list[dict[str, Any]], asked: argparse.Namespace) -> dict[str, Any]:
    """All films in one object."""
    made = [film for film in films if film["exit_code"] == 0]

    def values(name: str) -> list[float]:
        return [film[name] for film in made if film[name] is not None]

    def least(name: str) -> float | None:
        return min(values(name), default=None)

    def most(name: str) -> float | None:
        return max(values(name), default=None)

    def median(name: str) -> float | None:
        return round(statistics.median(values(name)), 2) if values(name) else None

    return {
        "bench": "sound",
        "cores": os.cpu_count(),
        "films": len(films),
        "made": len(made),
        "asked_s": asked.seconds,
        "profile": asked.profile,
        "lufs_worst_error": most("lufs_error"),
        "true_peak_max_db": most("true_peak_db"),
        "range_lu": [least("range_lu"), most("range_lu")],
        "clicks": sum(values("clicks")),
        "dc_max": most("dc"),
        "silence_over_2s": sum(values("silence_over_2s")),
        "speech_over_music_db_min": least("speech_over_music_db"),
        "speech_over_rest_db_min": least("speech_over_rest_db"),
        "word_onset_error_ms": median("word_onset_error_ms"),
        "word_onset_error_ms_p95": most("word_onset_error_ms_p95"),
        "spectrum_reference": "pink noise by octaves, 3 dB an octave softer from 2 kHz on (SMPTE ST 202, the X curve)",
        "spectrum_db": {
            band: round(statistics.mean(film["spectrum_db"][band] for film in made), 1)
            for band in (made[0]["spectrum_db"] if made else ())
        },
        "films_within_3_db_125_to_8000": sum(most_off(film) <= 3 for film in made),
        "audio_cpu_s_per_30s": median("audio_cpu_s_per_30s"),
        "audio_cpu_s_per_30s_max": most("audio_cpu_s_per_30s"),
        "voice_cpu_s": median("voice_cpu_s"),
        "fallbacks": sum(values("fallbacks")),
        "each": films,
    }


if __name__ == "__main__":
    main()
