"""Words that a recogniser gets wrong of 30 sentences, as the engine speaks them and as the built-in voice does.

Opt-in: `pip install pocketsphinx numpy` (its English model is in the package). The recogniser knows only
the 210 words of the sentences, each as likely as any other, so that it can guess nothing from the sense.
Pink noise 25 dB under the speech is added to both: without it the recogniser is thrown off by silence that is
exactly nothing. Compare rates with each other: the recogniser was trained on people. Last line: JSON.

    python bench/intelligibility.py [--voices Hugo,f2] [--every 3] [--snr 25]
"""

from __future__ import annotations

import argparse
import json
import marshal
import math
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio
import numpy as np

from astragen.builtin import dsp, voice
from astragen.builtin.dsp import F32
from astragen.model.requests import LineRequest
from astragen.model.time import SAMPLE_RATE

RATE = 16_000  # Hz, of the recogniser
SENTENCES = """
the old keeper climbed the lighthouse stairs one last time
below him the sea was breathing like a sleeping animal
every morning the baker opens his shop before the sun comes up
the children walked home through the snow with their father
a small bird sat on the window and began to sing
in the spring the river carries water from the mountains to the sea
nobody in the village had ever seen a machine like this
she put the letter on the table and left the room without a word
the heart pumps blood through the body about once every second
light travels faster than anything else we know
when the rain stopped the whole street smelled of earth and stone
the train left the station ten minutes late
plants take in water through their roots and make food from sunlight
he looked at the stars and wondered how far away they were
the king gave the farmer a horse and a bag of gold
our company helps people find the right doctor near their home
the moon moves around the earth once every month
two friends met at the old bridge after twenty years
wind and sun can give us all the power that we need
the dog waited at the door until the boy came back from school
in winter the bear sleeps for many months under the snow
the teacher wrote three words on the board
people came from all over the world to see the tower
the market is full of fruit fish bread and flowers
water turns into ice when it is very cold
the ship sailed west for thirty days before they saw land
my grandmother kept all of her secrets in a small wooden box
the doctor said that sleep is the best medicine
far above the clouds the pilot saw the first light of day
we are made of the same stuff as the stars
""".strip().split("\n")


def main() -> None:
    """Say, disturb, recognise and count."""
    asked = arguments()
    sentences = SENTENCES[:: asked.every]
    rows: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        decoder = recogniser(Path(folder))
        for name in ["", *filter(None, asked.voices.split(","))]:
            rows[name or "narrator"] = rates(decoder, name, sentences, asked.snr)
            print(f"{name or 'narrator':<10}", rows[name or "narrator"], flush=True)
    words = sum(len(sentence.split()) for sentence in sentences)
    print(
        json.dumps({"recogniser": "pocketsphinx en-us", "words": words, "snr_db": asked.snr, "word_error_rate": rows})
    )


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voices", default="", help="variants to hear besides the narrator's, with commas between")
    parser.add_argument("--every", type=int, default=1, help="hear every nth sentence only")
    parser.add_argument("--snr", type=float, default=25.0, help="speech over the noise that is added, in dB")
    return parser.parse_args()


def rates(decoder: Any, name: str, sentences: list[str], snr_db: float) -> dict[str, float]:  # noqa: ANN401
    """Word error rates of a voice: of the engine's sound, and of the finished line."""
    wrong = {"engine": 0, "finished": 0}
    for sentence in sentences:
        request = LineRequest(shot="s", text=f"{sentence.capitalize()}.", language="en", voice=name)
        sounds = {
            "engine": engine_sound(request),
            "finished": anyio.run(voice.BuiltinVoice().speak, request).samples,
        }
        for kind, sound in sounds.items():
            heard = recognised(decoder, noisy(sound, snr_db))
            wrong[kind] += edits(sentence.split(), heard)
    total = sum(len(sentence.split()) for sentence in sentences)
    return {kind: round(count / total, 3) for kind, count in wrong.items()}


def engine_sound(request: LineRequest) -> F32:
    """The line as the engine gives it, at 48 kHz."""
    order = {**voice.engine_files(), "text": request.text, "tags": voice.tags("en"), **voice.manner(request)}
    done = subprocess.run(voice.ESPEAK, input=marshal.dumps(order), capture_output=True, check=True)
    utterance = voice.utterance_of(done.stdout, request)
    return np.pad(dsp.resampled(utterance.sound, utterance.rate), (3_000, 9_000))


def noisy(sound: F32, snr_db: float) -> F32:
    """*sound* with pink noise, always the same for a length, *snr_db* under its sounding part."""
    white = np.random.default_rng(len(sound)).standard_normal(len(sound)).astype(np.float32)
    noise = dsp.shaped(white, lambda f: 1 / np.sqrt(np.maximum(f, 50)))
    loud = sound[np.abs(sound) > 0.02 * np.abs(sound).max()]
    gain = math.sqrt(float((loud**2).mean()) / float((noise**2).mean())) * dsp.linear(-snr_db)
    return (sound + noise * gain).astype(np.float32)


def recogniser(folder: Path) -> Any:  # noqa: ANN401  (the package ships no types)
    """A decoder that knows the sentences' words and nothing of their order."""
    try:
        sphinx = import_module("pocketsphinx")
    except ImportError:
        sys.exit("This bench needs pocketsphinx: pip install pocketsphinx")
    words = sorted({word for sentence in SENTENCES for word in sentence.split()})
    spellings = Path(str(sphinx.Config()["dict"])).read_text().splitlines(keepends=True)
    known = [row for row in spellings if row.split()[0].split("(")[0] in words]
    (folder / "words.dict").write_text("".join(known))
    chance = -math.log10(len(words) + 1)
    rows = ["-99 <s>", f"{chance:.4f} </s>", *(f"{chance:.4f} {word}" for word in words)]
    (folder / "words.arpa").write_text(
        f"\\data\\\nngram 1={len(rows)}\n\n\\1-grams:\n" + "\n".join(rows) + "\n\n\\end\\\n"
    )
    options = {"samprate": RATE, "loglevel": "FATAL", "cmn": "batch"}
    return sphinx.Decoder(sphinx.Config(lm=str(folder / "words.arpa"), dict=str(folder / "words.dict"), **options))


def recognised(decoder: Any, sound: F32) -> list[str]:  # noqa: ANN401
    """The words that *decoder* hears in *sound*, at 48 kHz."""
    narrow = dsp.shaped(sound, dsp.low_pass(7_000, 8))[:: SAMPLE_RATE // RATE]
    loud = narrow / np.abs(narrow).max() * 16_000
    decoder.start_utt()
    decoder.process_raw(loud.astype("<i2").tobytes(), full_utt=True)
    decoder.end_utt()
    heard = decoder.hyp()
    return [word.partition("(")[0] for word in (heard.hypstr.split() if heard else [])]


def edits(said: list[str], heard: list[str]) -> int:
    """Words to insert, drop or change to make one list of the other."""
    row = list(range(len(heard) + 1))
    for place, word in enumerate(said, 1):
        corner, row[0] = row[0], place
        for index, other in enumerate(heard, 1):
            corner, row[index] = row[index], min(row[index] + 1, row[index - 1] + 1, corner + (word != other))
    return row[-1]


if __name__ == "__main__":
    main()
