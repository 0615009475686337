"""The house rules that a machine can check: who may import whom, and who may touch the world."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import astragen

ROOT = Path(astragen.__file__).parent
ORDER = [  # each may import those before it, and itself; rooms on one line are siblings and never import each other
    {"_kernels"},
    {"errors"},
    {"model"},
    {"plan", "builtin"},
    {"providers", "media", "store"},
    {"pipeline"},
    {"runtime"},
    {"settings"},
    {"wiring"},
    {"face", "moviepy", "doctor"},
    {"service"},
    {"cli"},
]
FACES = {"__init__", "__main__"}  # the package's own door; may name any room
TABLES = {"data"}  # no code

MODULES = {
    ".".join(("astragen", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
}


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def rank(name: str) -> int:
    return next(number for number, rooms in enumerate(ORDER) if name in rooms)


@cache
def imported(path: Path, *, at_import_time: bool = False) -> tuple[str, ...]:
    """Every module that *path* imports; `from a import b` is `a.b` when that is a module of ours, else `a`."""
    found: list[str] = []
    for node in nodes(tree_of(path)) if at_import_time else ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            wholes = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [whole if whole in MODULES else node.module for whole in wholes]
    return tuple(found)


def nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """What runs at import time: no function bodies and no `if TYPE_CHECKING` blocks."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from nodes(node)


def ours(path: Path, **options: bool) -> list[str]:
    return [module for module in imported(path, **options) if module.split(".")[0] == "astragen"]


@cache
def called(path: Path) -> set[str]:
    """The dotted names of everything read or imported by name in *path*: `os.environ`, `anyio.run_process`."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute):
            found.add(dotted(node))
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


CHECKED = [name for name in MODULES if room(name) not in FACES | TABLES]


def test_every_room_has_its_place():
    """A new folder must say where in the order it stands."""
    assert {room(name) for name in CHECKED} <= set().union(*ORDER)


def test_imports_go_one_way():
    """A module imports its own room and rooms before it, never a sibling room or a later one."""

    def is_wrong(mine: str, module: str) -> bool:
        theirs = room(module)
        return theirs not in FACES | TABLES and theirs != mine and rank(theirs) >= rank(mine)

    wrong = {(name, module) for name in CHECKED for module in ours(MODULES[name]) if is_wrong(room(name), module)}

    assert wrong == set()


def test_no_import_goes_round_in_a_circle():
    """Following imports from any module, whatever runs at import time, never comes back to it."""
    edges = {name: set(ours(path, at_import_time=True)) & set(MODULES) for name, path in MODULES.items()}
    state: dict[str, str] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if state.get(name) == "done":
            return
        assert state.get(name) != "open", " -> ".join((*trail[trail.index(name) :], name))
        state[name] = "open"
        for following in sorted(edges[name] - {name}):
            visit(following, (*trail, name))
        state[name] = "done"

    for name in MODULES:
        visit(name, ())


def is_in(name: str, *places: str) -> bool:
    return any(name == f"astragen.{place}" or name.startswith(f"astragen.{place}.") for place in places)


def uses(name: str, *, modules: set[str], names: set[str]) -> bool:
    """Whether the module imports one of *modules*, or names one of *names* or something in it."""
    tops = {module.split(".")[0] for module in imported(MODULES[name])}
    return bool(tops & modules) or any(
        f"{used}.".startswith(f"{one}.") for used in called(MODULES[name]) for one in names
    )


def test_other_programs_are_started_in_three_places_only():
    """In media, by the voice, and by the runtime for its workers."""
    starting = {
        name
        for name in MODULES
        if uses(
            name,
            modules={"subprocess", "multiprocessing"},
            names={"anyio.run_process", "anyio.open_process", "anyio.to_process", "os.system", "os.popen", "os.fork"},
        )
    }

    assert {name for name in starting if not is_in(name, "media", "builtin.voice", "runtime")} == set()
    assert "astragen.runtime.pool" in starting


def test_the_environment_is_read_in_settings_only():
    """Everything else is given its settings; settings leave the reading to pydantic."""
    reading = {name for name in MODULES if uses(name, modules=set(), names={"os.environ", "os.getenv", "os.putenv"})}

    assert reading - {"astragen.settings"} == set()


def test_models_and_plans_know_no_clock_and_no_chance():
    """Time, ids and seeds come in as arguments, so equal inputs give equal plans."""
    knowing = {
        name
        for name in MODULES
        if uses(name, modules={"time", "random", "datetime", "secrets", "uuid"}, names={"np.random", "numpy.random"})
    }

    assert {name for name in knowing if is_in(name, "model", "plan")} == set()
    assert "astragen.runtime.inline" in knowing


def test_one_module_speaks_http():
    """The client, which connects through providers/connection.py; the rest is given JSON. Quoting speaks to nobody."""
    http = {"requests", "httpx", "httpx2", "httpcore2", "aiohttp", "urllib3", "urllib", "http", "socket", "ssl"}
    harmless = {"urllib.parse"}
    listening = {"astragen.service.serving"}  # it sets an option of the service's own socket, and asks nobody
    speaking = {
        name
        for name, path in MODULES.items()
        if {module.split(".")[0] for module in set(imported(path)) - harmless} & http
        or uses(name, modules=set(), names={"anyio.connect_tcp", "anyio.create_tcp_listener"})
    }

    assert speaking - listening == {f"astragen.providers.{name}" for name in ("http", "exchange", "connection")}


def test_the_engine_is_known_to_one_adapter():
    """DBOS can be replaced: its four files in the runtime import it, and nobody else, and never at import time."""
    knowing = {name for name in MODULES if uses(name, modules={"dbos"}, names=set())}
    adapter = {"dbos", "dbos_counter", "dbos_json", "dbos_task"}

    assert knowing == {f"astragen.runtime.{name}" for name in adapter}
    early = {name for name in knowing for one in imported(MODULES[name], at_import_time=True) if one == "dbos"}
    assert early == set()


def test_databases_are_spoken_to_in_two_rooms():
    """In the store and the runtime; routes and commands ask those."""
    asking = {
        name for name in MODULES if uses(name, modules={"sqlalchemy", "sqlite3", "psycopg", "alembic"}, names=set())
    }

    assert {name for name in asking if not is_in(name, "store", "runtime")} == set()
    assert "astragen.runtime.lease" in asking


def test_imports_are_absolute():
    """A line of code says which room it takes from."""
    relative = {
        name
        for name, path in MODULES.items()
        if any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree_of(path)))
    }

    assert relative == set()
