"""Films whose makers are killed: every accepted film is finished, nothing is paid twice, no step is done again.

An API and some workers make small films of emulated, failing, paid providers; every few seconds one of the processes is
killed, or stopped for longer than its lease lasts, and started again; with PostgreSQL the database is killed once, too.
Each film is followed by a client that reconnects. The last line is one JSON object.

    python bench/kill.py --database sqlite --films 10 --kills 10
    python bench/kill.py --database postgres --films 100 --kills 60

A recorded step is one whose result is in the memo; it was run again when it was written again. A film is valid when all
of it decodes and its storyboard is, byte for byte, that of the same brief made without the service.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bad_day import CHECK
from service_processes import COMMAND, PROVIDERS, Postgres, Providers, Service, environment, scratch_folder

LEASE_S = 6.0
FILM_S = 5
PATIENCE_S = (300.0, 30.0)  # for all films: once, and for each
WHO = ("A fox", "An old sailor", "A small robot", "A grey owl", "A baker", "A lost balloon", "A snow hare")
WHERE = ("on the ice", "in a quiet harbour", "on a neon street", "in a birch forest", "on a hill", "in a library")
WHAT = ("finds a red lantern", "waits for the first train", "follows the rain", "builds a kite", "tells a secret")


class Client:
    """Whoever ordered a film, and follows it."""

    def __init__(self, service: Service, number: int, seed: int) -> None:
        self._service, self.number = service, number
        chance = random.Random(f"{seed} film {number}")
        prompt = f"{chance.choice(WHO)} {chance.choice(WHERE)} {chance.choice(WHAT)}."
        self.order: dict[str, Any] = {
            "prompt": prompt,
            "seconds": FILM_S,
            "height": 360,
            "scenes": 3,
            "seed": number,
            "writer": "builtin",
            "artist": "fal,replicate" if number % 2 else "pollinations,fal",
            "deadline_s": "none",
            "max_cost_usd": 0.25,
        }
        self.film = ""
        self.state = ""
        self.gaps = 0
        self.spent_usd = 0.0

    def run(self, patience_s: float) -> None:
        """Order the film, and follow it to its end, through whatever happens to the API."""
        until_s = time.monotonic() + patience_s
        while not self.film and time.monotonic() < until_s:
            try:
                status, said = self._service.ask(
                    "POST", "/v1/films", self.order, Idempotency_Key=f"order-{self.number}"
                )
                self.film = said["id"] if status in (200, 202) else ""
            except OSError:
                pass
            if not self.film:
                time.sleep(0.5)
        seq = 0
        while not self.state and time.monotonic() < until_s:
            try:
                for number, event in self._service.events(self.film, seq):
                    self.gaps += number != seq + 1
                    seq = number
                    told = event.get("event", event)
                    if told.get("kind", told.get("type")) == "ended":
                        self.state = told["state"]
            except (OSError, ValueError):
                pass
            time.sleep(0.2)


class Killer:
    """Somebody who kills processes until all is done or enough were killed."""

    def __init__(self, service: Service, kills: int, seed: int, postgres: Postgres | None) -> None:
        self._service, self._left, self._postgres = service, kills, postgres
        self._chance = random.Random(f"{seed} killer")
        self.killed = self.stopped = self.outages = 0
        self.done = threading.Event()

    def run(self) -> None:
        """Kill, and start again."""
        while self._left > 0 and not self.done.wait(self._chance.uniform(1.0, 4.0)):
            name = self._chance.choice(self._service.names)
            if self._postgres and not self.outages and self.killed >= 3:
                self._outage(self._postgres)
            elif name != "api" and self._chance.random() < 0.15:
                self._stop(name)
            else:
                self._service.kill(name)
                self.killed += 1
                time.sleep(self._chance.uniform(0.0, 1.0))
                self._service.start(name)
            self._left -= 1
        while not self.done.wait(1.0):  # who left by himself, as one that lost its lease does, is started again
            self._revive()

    def _revive(self) -> None:
        for name in self._service.names:
            if self._service.is_dead(name):
                self._service.start(name)

    def _stop(self, name: str) -> None:
        self._service.signal(name, signal.SIGSTOP)
        self.done.wait(LEASE_S * 1.7)
        self._service.signal(name, signal.SIGCONT)
        self.stopped += 1
        time.sleep(2.0)
        self._revive()

    def _outage(self, postgres: Postgres) -> None:
        postgres.stop("immediate")
        time.sleep(3.0)
        postgres.start()
        self.outages += 1


def main() -> None:
    """Make the films, and end with one JSON object."""
    asked = arguments()
    with scratch_folder() as scratch:
        folder = asked.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        print(json.dumps(measured(folder, asked)))


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--films", type=int, default=10, help="[10]")
    parser.add_argument("--kills", type=int, default=10, help="[10]")
    parser.add_argument("--workers", type=int, help="[2, with postgres 3]")
    parser.add_argument("--share", type=float, default=0.2, help="of the providers' answers that fail [0.2]")
    parser.add_argument("--seed", type=int, default=7, help="[7]")
    parser.add_argument("--keep", type=Path, help="a folder to leave data and logs in")
    return parser.parse_args()


def measured(folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """The films made, and what came of them."""
    postgres = Postgres(folder) if asked.database == "postgres" else None
    providers = Providers(f"{asked.seed} kill", asked.share)
    workers = asked.workers or (3 if postgres else 2)
    database = postgres.url if postgres else ""
    service = Service(
        folder, database=database, workers=workers, providers={n: providers.urls[n] for n in PROVIDERS}, lease_s=LEASE_S
    )
    clients = [Client(service, number, asked.seed) for number in range(asked.films)]
    killer = Killer(service, asked.kills, asked.seed, postgres)
    began_s = time.monotonic()
    killing = threading.Thread(target=killer.run)
    killing.start()
    with ThreadPoolExecutor(asked.films) as threads:
        list(threads.map(lambda client: client.run(PATIENCE_S[0] + PATIENCE_S[1] * len(clients)), clients))
    wall_s = time.monotonic() - began_s
    killer.done.set()
    killing.join()
    service.wait_ready()
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        problems = [told for told in threads.map(lambda client: problem(client, service, folder), clients) if told]
    reruns = steps_rerun(database or f"sqlite:///{folder}/data/astragen.sqlite")
    spent = sum(client.spent_usd for client in clients)
    service.close()
    charged = providers.close()
    if postgres:
        postgres.stop("fast")
    return {
        "bench": "kill",
        "database": asked.database,
        "cores": os.cpu_count(),
        "workers": workers,
        "films": asked.films,
        "completed": sum(client.state == "completed" for client in clients),
        "double_charges": charged["double_charges"],
        "recorded_steps_rerun": reruns,
        "event_gaps": sum(client.gaps for client in clients),
        "kills": killer.killed,
        "stops": killer.stopped,
        "outages": killer.outages,
        "charges": charged["charges"],
        "charged_usd": charged["usd"],
        "spent_usd": round(spent, 6),
        "problems": problems,
        "wall_s": round(wall_s, 1),
    }


def problem(client: Client, service: Service, folder: Path) -> str:
    """What is wrong with the film, or nothing."""
    if client.state != "completed":
        return f"film {client.number} ({client.film}) is {client.state or 'not ended'}"
    path = folder / f"{client.number}.mp4"
    path.write_bytes(_content(service, client.film, "film"))
    try:
        subprocess.run([sys.executable, "-c", CHECK, path, "640"], capture_output=True, check=True)
    except subprocess.CalledProcessError as error:
        return f"film {client.number} does not decode: {error.stderr[-200:]!r}"
    report = json.loads(_content(service, client.film, "report"))
    client.spent_usd = report["money"]["spent_usd"]
    if _content(service, client.film, "storyboard") != undisturbed(client.order, folder):
        return f"film {client.number} has another storyboard than the same brief without the service"
    return ""


def _content(service: Service, film: str, variant: str) -> bytes:
    status, content = service.ask("GET", f"/v1/films/{film}/content?variant={variant}")
    if status != 200:
        raise OSError(f"{variant} of {film}: HTTP {status}")
    return content if isinstance(content, bytes) else json.dumps(content).encode()


def undisturbed(order: dict[str, Any], folder: Path) -> bytes:
    """The storyboard of the same brief, made by the command line and painted."""
    out = folder / f"undisturbed-{order['seed']}.mp4"
    flags = ["--seconds", str(order["seconds"]), "--height", "360", "--scenes", str(order["scenes"])]
    made = [*flags, "--seed", str(order["seed"]), "--writer", "builtin", "--artist", "builtin", "--deadline", "none"]
    subprocess.run(
        [*COMMAND, "make", "--out", str(out), "--no-cache", *made, "--", order["prompt"]],
        env=environment(folder / "alone", "", {}, LEASE_S),
        check=True,
        capture_output=True,
    )
    return json.dumps(json.loads(out.with_suffix(".storyboard.json").read_text(encoding="utf-8"))).encode()


def steps_rerun(database: str) -> int:
    """Steps that were written to the memo more than once."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(database.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        found = connection.execute(sqlalchemy.text("SELECT COALESCE(SUM(writes - 1), 0) FROM memo")).scalar()
    return int(found or 0)


if __name__ == "__main__":
    main()
