"""Films on a bad day: providers fail three calls in ten, films are killed, and every one has to be there in time.

Each film is small, seeded, and made by the command as a user runs it, with a cache and (emulated) providers
of its own: half of them ask Pollinations first, half queues whose every order is paid, some a camera too. Some are
killed with SIGKILL, all their processes at once, at a random moment, and the same command is run again. A film is late
when its process, less what starting Python takes, ends more than 2 s after its deadline; one that was killed
counts from its second start. The last line is one JSON object.

    python bench/bad_day.py --films 20 --kills 4
    python bench/bad_day.py --well-behaved

A placeholder counts when it was sent for two prompts of a film and is in it: one that is sent once can be told from a
picture by nobody. A charge counts as double when the same request (provider, model, prompt, seed, size, length, start
picture) was charged again though no answer to it was bad. With --well-behaved one film of 30 s is made by a server that
takes 8 s a picture.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

TESTS = Path(__file__).resolve().parent.parent / "tests"
COMMAND = [sys.executable, "-c", "from astragen.cli.main import main; main()"]
KEY = "bad-day-canary-1"
PROVIDERS = ("pollinations", "fal", "replicate")
GRACE_S = 2.0  # that a film may be late
PATIENCE_S = 60.0  # after the deadline; then it counts as not finished
LIMIT_USD = 0.25
CLIPS_LIMIT_USD = 3.0
CLIPS_EVERY = 8  # films

WHO = (
    "a fox",
    "an old sailor",
    "a small robot",
    "two sisters",
    "a grey owl",
    "a baker",
    "a lost balloon",
    "a snow hare",
)
WHERE = ("on the ice", "in a quiet harbour", "on a neon street", "in a birch forest", "on a hill", "in a library")
WHAT = ("finds a red lantern", "waits for the first train", "follows the rain", "builds a kite", "tells a secret")
STYLES = ("cinematic", "watercolour", "ink", "noir", "anime", "oil")

# Looks at the finished film, in a process of its own: what decodes, and where the placeholder's magenta and cyan are.
CHECK = """
import json, sys
import av, cv2

found = {"frames": 0, "placeholder_frames": 0}
with av.open(sys.argv[1]) as film:
    found["seconds"] = float(film.streams.video[0].duration * film.streams.video[0].time_base)
    found["sound_s"] = float(film.streams.audio[0].duration * film.streams.audio[0].time_base)
    for frame in film.decode(video=0):
        found["frames"] += 1
        if frame.width != int(sys.argv[2]):
            raise SystemExit(f"{frame.width} wide")
        hue, strength, light = cv2.split(cv2.cvtColor(frame.to_ndarray(format="bgr24"), cv2.COLOR_BGR2HSV))
        strong = (strength > 120) & (light > 90)
        shares = [float((strong & (abs(hue.astype(int) - at) < 12)).mean()) for at in (150, 90)]
        found["placeholder_frames"] += min(shares) > 0.25
with av.open(sys.argv[1]) as film:
    for _ in film.decode(audio=0):
        pass
print(json.dumps(found))
"""


class Servers:
    """The emulators, in a process of their own (tests/emulators/bad_day.py); threads may share it."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "emulators.bad_day"],
            cwd=TESTS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lock = threading.Lock()

    def ask(self, **order: object) -> dict[str, Any]:
        """Open or close a day."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        with self._lock:
            self._child.stdin.write(json.dumps(order) + "\n")
            self._child.stdin.flush()
            answer: dict[str, Any] = json.loads(self._child.stdout.readline())
        return answer

    def close(self) -> None:
        """End the process."""
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait(30)


class Wish(NamedTuple):
    """One film: its command line, and the limits it has to keep."""

    name: str
    arguments: list[str]
    width: int
    deadline_s: float
    limit_usd: float


class Kills:
    """Which films are killed: as many as were asked for, spread over all by chance."""

    def __init__(self, films: int, kills: int, chance: random.Random) -> None:
        self._films, self._kills, self._chance = films, kills, chance
        self._walls_s = [8.0]
        self._lock = threading.Lock()

    def moment_s(self) -> float | None:
        """When the next film is killed, in seconds from its start; None when it is not."""
        with self._lock:
            is_killed = self._chance.random() < self._kills / max(1, self._films)
            self._films -= 1
            self._kills -= is_killed
            return self._chance.uniform(0.8, statistics.median(self._walls_s)) if is_killed else None

    def missed(self) -> None:
        """The film was done before: another is killed in its place."""
        with self._lock:
            self._kills += 1

    def took(self, wall_s: float) -> None:
        """Learn how long films take."""
        with self._lock:
            self._walls_s.append(wall_s)


def main() -> None:
    """Make the films, say how each went, and end with one JSON object."""
    asked = arguments()
    servers = Servers()
    try:
        with tempfile.TemporaryDirectory(prefix="astragen-bad-day-") as scratch:
            folder = asked.keep or Path(scratch)
            folder.mkdir(parents=True, exist_ok=True)
            measured = well_behaved if asked.well_behaved else bad_days
            print(json.dumps(measured(servers, folder, asked)))
    finally:
        servers.close()


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, default=200, help="[200]")
    parser.add_argument("--kills", type=int, default=20, help="[20]")
    parser.add_argument("--seed", type=int, default=5, help="another seed, other films and failures [5]")
    parser.add_argument("--first", type=int, default=0, help="number of the first film: to make one of a run again")
    parser.add_argument("--share", type=float, default=0.3, help="of the calls that fail [0.3]")
    parser.add_argument("--deadline", type=float, default=25.0, help="of each film, in seconds [25]")
    parser.add_argument("--at-once", type=int, default=2, help="films made at one time [2]")
    parser.add_argument("--well-behaved", action="store_true", help="one film by a good and slow server instead")
    parser.add_argument("--keep", type=Path, help="a folder to leave films, caches and logs in")
    return parser.parse_args()


def bad_days(servers: Servers, folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """Make all films; the summary."""
    kills = Kills(asked.films, asked.kills, random.Random(f"{asked.seed} kills"))
    start_s = starting_s()
    print(f"starting the command takes {start_s:.2f} s", file=sys.stderr, flush=True)

    def one(number: int) -> dict[str, Any]:
        film = filmed(wish_of(number, asked), servers, folder, kills, asked)
        film["over_s"] = round(film["wall_s"] - start_s - asked.deadline, 2)
        print(row(film), file=sys.stderr, flush=True)
        return film

    with ThreadPoolExecutor(asked.at_once) as threads:
        films = list(threads.map(one, range(asked.first, asked.first + asked.films)))
    return summary(films, asked)


def starting_s() -> float:
    """What it takes to start Python and load the command, median of three; not the film's time."""
    walls = []
    for _ in range(3):
        began = time.monotonic()
        subprocess.run([sys.executable, "-c", "import astragen.cli.make, astragen.face"], check=True)
        walls.append(time.monotonic() - began)
    return statistics.median(walls)


def wish_of(number: int, asked: argparse.Namespace) -> Wish:
    """Film *number* of the bench."""
    chance = random.Random(f"{asked.seed} film {number}")
    prompt = f"{chance.choice(WHO)} {chance.choice(WHERE)} {chance.choice(WHAT)}.".capitalize()
    has_clips = number % CLIPS_EVERY == CLIPS_EVERY - 1
    limit_usd = CLIPS_LIMIT_USD if has_clips else LIMIT_USD
    arguments = [
        *("--seconds", str(chance.choice((5, 6))), "--height", "360", "--scenes", str(chance.choice((3, 4)))),
        *("--style", chance.choice(STYLES), "--seed", str(chance.randrange(1000))),
        *(() if chance.random() < 0.5 else ("--no-narration",)),
        *("--artist", "fal,replicate" if number % 2 else "pollinations,fal"),
        *(("--camera", chance.choice(("fal,replicate", "replicate,fal"))) if has_clips else ()),
        *("--deadline", f"{asked.deadline:g}", "--max-cost", str(limit_usd), "--writer", "builtin"),
    ]
    return Wish(f"film-{number:03}", [*arguments, "--", prompt], 640, asked.deadline, limit_usd)


def filmed(wish: Wish, servers: Servers, folder: Path, kills: Kills, asked: argparse.Namespace) -> dict[str, Any]:
    """Make one film, perhaps twice; what came of it."""
    urls = servers.ask(open=wish.name, seed=f"{asked.seed} {wish.name}", share=asked.share)
    moment_s = kills.moment_s()
    wall_s = None
    if moment_s is not None:
        wall_s = run(wish, urls, folder, kill_s=moment_s)
        if wall_s is not None:
            kills.missed()
    was_killed = moment_s is not None and wall_s is None
    if wall_s is None:
        wall_s = run(wish, urls, folder, kill_s=wish.deadline_s + PATIENCE_S)
    told = servers.ask(close=wish.name)
    kills.took(wall_s if wall_s is not None else wish.deadline_s)
    film = {
        "name": wish.name,
        "killed_s": round(moment_s, 2) if was_killed and moment_s else None,
        "wall_s": round(wall_s if wall_s is not None else wish.deadline_s + PATIENCE_S, 2),
        "double_charges": told["double_charges"],
        "charged_usd": told["usd"],
        "charges": told["charges"],
        "calls": told["calls"],
        "faults": told["faults"],
        "adverts": told["adverts"],
    }
    try:
        return {**film, **checked(wish, folder / f"{wish.name}.mp4", told["usd"])}
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        return {**film, "problem": f"{type(error).__name__}: {error}"}


def run(wish: Wish, urls: dict[str, str], folder: Path, *, kill_s: float) -> float | None:
    """Run the command; its wall time, or None when it had to be killed after *kill_s*."""
    out = folder / wish.name
    with (folder / f"{wish.name}.log").open("ab") as log:
        began = time.monotonic()
        child = subprocess.Popen(
            [*COMMAND, "make", "--out", f"{out}.mp4", "--cache", str(out), *wish.arguments],
            env=environment(urls),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            child.wait(kill_s)
            return time.monotonic() - began
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            return None


def environment(urls: dict[str, str]) -> dict[str, str]:
    """Nothing of the user's providers, and the emulated ones."""
    theirs = ("ASTRAGEN_", "FAL_", "REPLICATE_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(theirs) and not name.endswith(("_API_KEY", "_TOKEN"))
    }
    for name in PROVIDERS:
        kept[f"ASTRAGEN_{name.upper()}_BASE_URL"] = urls[name]
        kept[f"ASTRAGEN_{name.upper()}_API_KEY"] = KEY
    return kept


def checked(wish: Wish, path: Path, charged_usd: float) -> dict[str, Any]:
    """What the finished film and its report say; *problem* is "" when all is as it should be."""
    found = json.loads(
        subprocess.run(
            [sys.executable, "-c", CHECK, path, str(wish.width)],
            capture_output=True,
            check=True,
        ).stdout
    )
    said = path.with_suffix(".report.json").read_text(encoding="utf-8")
    report = json.loads(said)
    makers = [shot["made_by"] for shot in report["shots"]]
    spent_usd = report["money"]["spent_usd"]
    problems = [
        "frames are missing" if found["frames"] != report["frames"] else "",
        "the length is wrong" if abs(found["seconds"] - report["seconds"]) > 0.1 else "",
        "the sound has another length" if abs(found["sound_s"] - report["seconds"]) > 0.1 else "",
        "" if all(makers) else "a shot was made by nobody",
        f"spent {spent_usd}, charged {charged_usd}" if spent_usd < charged_usd - 1e-9 else "",
        "the key is in the report" if KEY in said else "",
    ]
    return {
        "problem": "; ".join(filter(None, problems)),
        "finished": True,
        "own_wall_s": report["wall_s"],
        "placeholder_frames": found["placeholder_frames"],
        "painted": sum(maker.startswith("builtin") for maker in makers),
        "shots": len(makers),
        "makers": sorted(set(makers)),
        "spent_usd": spent_usd,
        "is_over_limit": max(spent_usd, charged_usd) > wish.limit_usd + 1e-9,
    }


def row(film: dict[str, Any]) -> str:
    """One film as a line for people."""
    if not film.get("finished"):
        return f"{film['name']}  NOT FINISHED: {film['problem']}"
    told = (
        "{name}  {wall_s:5.1f} s ({over_s:+.1f})  {painted}/{shots} painted  {calls} calls  ${charged_usd:.3f}".format(
            **film
        )
    )
    marks = [
        f"killed at {film['killed_s']} s" if film["killed_s"] else "",
        f"LATE {film['over_s']} s" if film["over_s"] > GRACE_S else "",
        f"PLACEHOLDER in {film['placeholder_frames']} frames, sent for {film['adverts']} prompts"
        if film["placeholder_frames"]
        else "",
        f"DOUBLE CHARGES {film['double_charges']}" if film["double_charges"] else "",
        film["problem"].upper(),
        ", ".join(film["makers"]),
    ]
    return "  ".join(filter(None, (told, *marks)))


def summary(films: list[dict[str, Any]], asked: argparse.Namespace) -> dict[str, Any]:
    """All films in one object."""
    made = [film for film in films if film.get("finished")]
    faults: dict[str, int] = {}
    for film in films:
        for name, count in film["faults"].items():
            faults[name] = faults.get(name, 0) + count
    calls = sum(film["calls"] for film in films)
    return {
        "bench": "bad_day",
        "cores": os.cpu_count(),
        "deadline_s": asked.deadline,
        "films": len(films),
        "finished": len(made),
        "late": sum(film["over_s"] > GRACE_S for film in films),
        "placeholders": sum(film["placeholder_frames"] > 0 and film["adverts"] > 1 for film in made),
        "double_charges": sum(film["double_charges"] for film in films),
        "kills": sum(film["killed_s"] is not None for film in films),
        "painted_shots": sum(film["painted"] for film in made),
        "provider_shots": sum(film["shots"] - film["painted"] for film in made),
        "over_limit": sum(film["is_over_limit"] for film in made),
        "placeholders_sent": sum(film["adverts"] > 1 for film in films),
        "placeholders_sent_once": sum(film["placeholder_frames"] > 0 and film["adverts"] == 1 for film in made),
        "problems": [f"{film['name']}: {film['problem']}" for film in films if film["problem"]],
        "worst_overrun_s": max((film["over_s"] for film in films), default=None),
        "median_wall_s": statistics.median(film["wall_s"] for film in films) if films else None,
        "calls": calls,
        "failed_share": round(sum(faults.values()) / calls, 3) if calls else None,
        "charges": sum(film["charges"] for film in films),
        "faults": dict(sorted(faults.items(), key=lambda fault: -fault[1])),
    }


def well_behaved(servers: Servers, folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """How long after its last picture a film of six shots is there: 8 s a picture, four at a time."""
    prompt = "A lonely lighthouse keeper befriends a whale that comes back every winter."
    wanted = "--seconds 30 --scenes 6 --seed 3 --writer builtin --artist pollinations --"  # six shots
    wish = Wish("well-behaved", [*wanted.split(), prompt], 1920, 60.0, LIMIT_USD)
    urls = servers.ask(open=wish.name, seed=str(asked.seed), share=0.0, picture_s=8.0, at_once=4)
    wall_s = run(wish, urls, folder, kill_s=wish.deadline_s + PATIENCE_S)
    ended_at = time.time()
    told = servers.ask(close=wish.name)
    found = checked(wish, folder / f"{wish.name}.mp4", told["usd"])
    return {
        "bench": "bad_day --well-behaved",
        "cores": os.cpu_count(),
        "after_last_picture_s": round(ended_at - told["last_picture_at"], 2),
        "wall_s": wall_s and round(wall_s, 2),
        "pictures": told["charges"],
        **{name: found[name] for name in ("shots", "painted", "problem")},
    }


if __name__ == "__main__":
    main()
