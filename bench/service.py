"""The service under load: quick answers while a thousand films wait, many watchers, and more films with more workers.

The last line is one JSON object. Parts: answers, watchers, scale.

    python bench/service.py
    python bench/service.py --parts scale --films 12
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import threading
import time
from pathlib import Path
from typing import Any

from service_load import Ask, Load
from service_processes import PROVIDERS, Postgres, Providers, Service, scratch_folder

LEASE_S = 30.0
QUEUED = 1_000
PER_S = 50
TIMED = 500  # requests of a kind
WATCHERS, WATCHED = 500, 50
WATCH_S = 20.0
PICTURE_S = 4.0  # of a provider's latency, for scale
ORDER = {"prompt": "A fox finds a lantern in the snow.", "seconds": 5, "height": 360, "scenes": 3, "writer": "builtin"}


def main() -> None:
    """Measure the parts, and end with one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default="answers,watchers,scale", help="with commas [all]")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--films", type=int, default=12, help="of scale, for each number of workers [12]")
    asked = parser.parse_args()
    found: dict[str, Any] = {"bench": "service", "cores": os.cpu_count(), "database": asked.database}
    for part in asked.parts.split(","):
        with scratch_folder() as scratch:
            folder = Path(scratch)
            postgres = Postgres(folder) if asked.database == "postgres" else None
            figures = PARTS[part](folder, postgres.url if postgres else "", asked)
            print(part, json.dumps(figures), flush=True)
            found |= figures
            if postgres:
                postgres.stop("fast")
    print(json.dumps(found))


def answers(folder: Path, database: str, _: argparse.Namespace) -> dict[str, Any]:
    """How long orders, lists and looks take while a thousand films wait."""
    service = Service(folder, database=database, workers=0, providers={}, lease_s=LEASE_S)
    figures = asyncio.run(asked_of(service))
    service.close()
    return figures


async def asked_of(service: Service) -> dict[str, Any]:
    """What a client waits, and what the API's process takes for it."""
    await Load(service.port).all(Ask("POST", "/v1/films", ORDER) for _ in range(QUEUED))
    films = [one["id"] for one in service.ask("GET", "/v1/films?limit=100")[1]["data"]]
    kinds = {
        "submit": [Ask("POST", "/v1/films", {**ORDER, "seed": number}) for number in range(TIMED)],
        "list": [Ask("GET", "/v1/films?limit=50") for _ in range(TIMED)],
        "get": [Ask("GET", f"/v1/films/{films[number % len(films)]}") for number in range(TIMED)],
    }
    figures: dict[str, Any] = {}
    late_ms: list[float] = []
    for name, asked in kinds.items():
        before_s = cpu_s(service.pid("api"))
        waited = await Load(service.port).paced(asked, PER_S)
        late_ms += waited.late_ms
        figures |= {f"{name}_p50_ms": median(waited.took_ms), f"{name}_p99_ms": p99(waited.took_ms)}
        figures[f"{name}_cpu_ms"] = round(1_000 * (cpu_s(service.pid("api")) - before_s) / len(asked), 2)
    return {**figures, "client_late_p99_ms": p99(late_ms), "load_average": round(os.getloadavg()[0], 2)}


def watchers(folder: Path, database: str, _: argparse.Namespace) -> dict[str, Any]:
    """What the API's process takes while many clients follow films that tell something all the time."""
    from astragen.model.event import StepDone
    from astragen.store.office import Office

    service = Service(folder, database=database, workers=0, providers={}, lease_s=LEASE_S)
    films = [service.ask("POST", "/v1/films", {**ORDER, "seed": number})[1]["id"] for number in range(WATCHED)]
    office = Office(database or f"sqlite:///{folder}/data/astragen.sqlite")
    heard = [0]
    stop = threading.Event()

    def tell() -> None:
        number = 0
        while not stop.wait(0.1):
            number += 1
            step = StepDone(at_s=number / 10, stage="render", subject=str(number), reused=False)
            office.events.tell(films[number % WATCHED], f"bench/{number}", step)

    async def watch() -> float:
        clients = [asyncio.create_task(follow(service.port, films[n % WATCHED], heard)) for n in range(WATCHERS)]
        await asyncio.sleep(8.0)
        telling = threading.Thread(target=tell)
        telling.start()
        before_s, began_s = cpu_s(service.pid("api")), time.monotonic()
        await asyncio.sleep(WATCH_S)
        share = (cpu_s(service.pid("api")) - before_s) / (time.monotonic() - began_s)
        stop.set()
        telling.join()
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
        return share

    share = asyncio.run(watch())
    service.close()
    return {"watchers": WATCHERS, "watchers_core_share": round(share, 3), "events_heard": heard[0]}


async def follow(port: int, film: str, heard: list[int]) -> None:
    """Follow *film* for ever, counting its events."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET /v1/films/{film}/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n".encode()
    )
    while line := await reader.readline():
        heard[0] += line.startswith(b"event:")


def cpu_s(pid: int) -> float:
    """User and system time of the process *pid*."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def scale(folder: Path, database: str, asked: argparse.Namespace) -> dict[str, Any]:
    """Films a minute by 1, 2 and 4 workers, of pictures that take a while."""
    figures: dict[str, Any] = {}
    for workers in (1, 2, 4):
        providers = Providers(f"scale {workers}", 0.0, PICTURE_S)
        urls = {name: providers.urls[name] for name in PROVIDERS}
        own = folder / str(workers)
        own.mkdir()
        base = f"{database}?options=-csearch_path%3Dw{workers}" if database else ""
        if base:
            make_schema(database, f"w{workers}")
        service = Service(own, database=base, workers=workers, providers=urls, lease_s=LEASE_S)
        busy_s, began_s = all_cpu_s(), time.monotonic()
        orders = [{**ORDER, "seed": number, "artist": "fal", "max_cost_usd": 1.0} for number in range(asked.films)]
        films = [service.ask("POST", "/v1/films", order)[1]["id"] for order in orders]
        states = [ended(service, film) for film in films]
        wall_s = time.monotonic() - began_s
        figures[f"films_per_min_{workers}"] = round(60 * states.count("completed") / wall_s, 2)
        figures[f"cores_used_{workers}"] = round((all_cpu_s() - busy_s) / wall_s, 2)
        service.close()
        providers.close()
    return figures


def make_schema(database: str, name: str) -> None:
    """A schema of its own in *database*."""
    import psycopg

    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")


def ended(service: Service, film: str) -> str:
    """The state in which *film* ends."""
    while True:
        _, said = service.ask("GET", f"/v1/films/{film}?wait=20")
        if said["status"] in ("completed", "failed", "cancelled"):
            return str(said["status"])


def all_cpu_s() -> float:
    """What all processors did so far."""
    fields = Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0].split()[1:]
    busy = sum(map(int, fields[:3])) + sum(map(int, fields[5:8]))
    return busy / os.sysconf("SC_CLK_TCK")


def median(times: list[float]) -> float:
    """In milliseconds, rounded."""
    return round(statistics.median(times), 1)


def p99(times: list[float]) -> float:
    """The time that one in a hundred exceeds."""
    return round(statistics.quantiles(times, n=100)[98], 1)


PARTS = {"answers": answers, "watchers": watchers, "scale": scale}

if __name__ == "__main__":
    main()
