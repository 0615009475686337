"""One engine, in this process, for all these tests: workflows of each are told apart by their ids."""

from __future__ import annotations

import asyncio
import base64
import pickle
import time
from pathlib import Path

import anyio
import pytest
import sqlalchemy as sa

from astragen.errors import JobCancelled, JobError, JobNotFound, RateLimited
from astragen.runtime import dbos as engine_module
from astragen.runtime import dbos_task
from astragen.runtime.database import opened_database
from astragen.runtime.dbos import Counter, Engine
from astragen.runtime.lease import EXECUTORS
from astragen.runtime.tasks import Queue, TaskFailed

WAIT_S = 10.0
STEPS: list[tuple[str, str]] = []  # workflow, step: every body that began
STATE: dict[str, object] = {}


async def echo(value):
    return value


async def note(id, name, value=None):
    STEPS.append((id, name))
    return value


async def add(task, a, b):
    await task.step("note", note, task.id, "note")
    return {"sum": a + b, "id": task.id}


async def refused(task, times):
    async def ask(id, times):
        STEPS.append((id, "ask"))
        if sum(one == (id, "ask") for one in STEPS) <= times:
            raise RateLimited("asked too often.", hint="Wait.", provider="p", retry_after_s=0.01)
        return "granted"

    return await task.step("ask", ask, task.id, times, retries=1)


async def broken(task):
    async def divide(number):
        return number / 0

    await task.step("divide", divide, 1)


async def bare(task):
    raise KeyError("colour")


async def at_one_time(task):
    await asyncio.gather(task.step("a", echo, 1), task.step("b", echo, 2))


async def too_slow(task):
    await task.step("nap", anyio.sleep, 30, timeout_s=0.05)


async def pictures(task):
    return await task.step("paint", painted)


async def painted():
    return b"a picture"


async def parent(task, count):
    children = [await task.spawn("work", "add.v1", number, 1, key=f"c{number}") for number in range(count)]
    return [child.id for child in children] + [(await child.result())["sum"] for child in children]


async def sad_parent(task):
    child = await task.spawn("work", "refused.v1", 99, key="child")
    try:
        await child.result()
    except RateLimited as error:
        return f"{error.provider}: {error}"


async def hang(id, name):
    STEPS.append((id, name))
    try:
        await anyio.sleep(60)
    except asyncio.CancelledError:
        STEPS.append((id, f"{name} was stopped"))
        raise


async def hanging(task, name="hang"):
    await task.step(name, hang, task.id, name)


async def hanging_parent(task):
    child = await task.spawn("work", "hanging.v1", "in a child", key="child")
    counter = STATE["counter"]
    piece = f"{task.id}.piece"

    async def hand_in(id):
        await anyio.to_thread.run_sync(lambda: counter.submit("work", "hanging.v1", "in a piece", id=id))

    await task.step("hand in", hand_in, piece)
    await child.result()


async def conductor(task):
    counter = STATE["counter"]

    async def conduct(id):
        await anyio.to_thread.run_sync(lambda: counter.submit("work", "add.v1", 20, 22, id=f"{id}.piece"))
        return (await counter.result(f"{id}.piece", 0.05))["sum"]

    return await task.step("conduct", conduct, task.id)


async def fickle(task):
    await task.step("first", note, task.id, "first", STATE.get("fickle"))
    await task.step("second", wait_for, "fickle may go")


async def patient(task):
    await task.step("first", note, task.id, "first")
    await task.step("second", patience, task.id)
    return "done"


async def patience(id):
    STEPS.append((id, "second"))
    await wait_for("patient may go")


async def wait_for(name):
    with anyio.move_on_after(WAIT_S):
        while not STATE.get(name):  # noqa: ASYNC110 - set by the test, in another thread
            await anyio.sleep(0.02)


async def narrow(task):
    async def alone(id):
        STATE["narrow"] = STATE.get("narrow", 0) + 1
        most = STATE["narrow"]
        await anyio.sleep(0.05)
        STATE["narrow"] -= 1
        return most

    return await task.step("alone", alone, task.id)


async def sleeper(task, seconds):
    await task.sleep(seconds)
    return "woke"


WORKFLOWS = {
    "add.v1": add,
    "refused.v1": refused,
    "broken.v1": broken,
    "bare.v1": bare,
    "at_one_time.v1": at_one_time,
    "too_slow.v1": too_slow,
    "pictures.v1": pictures,
    "parent.v1": parent,
    "sad_parent.v1": sad_parent,
    "hanging.v1": hanging,
    "hanging_parent.v1": hanging_parent,
    "conductor.v1": conductor,
    "fickle.v1": fickle,
    "patient.v1": patient,
    "narrow.v1": narrow,
    "sleeper.v1": sleeper,
}
QUEUES = [Queue("work", None), Queue("narrow", 1), Queue("slow", 8, limit=1, period_s=0.5)]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    return f"sqlite:///{tmp_path_factory.mktemp('engine')}/engine.sqlite"


@pytest.fixture(scope="module")
def engine(url, tmp_path_factory):
    one = Engine(
        url,
        tmp_path_factory.mktemp("data"),
        workflows=WORKFLOWS,
        queues=QUEUES,
        ttl_s=3.0,
        poll_s=0.1,
        attempts={"sleeper.v1": 2},
        on_exit=lambda code: STATE.setdefault("exit", code),
    )
    one.start()
    yield one
    one.stop(0.0)


@pytest.fixture(scope="module")
def counter(url, engine):
    one = Counter(url)
    STATE["counter"] = one
    yield one
    one.close()


@pytest.fixture
def database(url, engine):
    opened = opened_database(url, pool=1)
    yield opened
    opened.dispose()


def ended(counter, id):
    """The state in which *id* ends."""
    return until(lambda: (state := counter.state(id)) and state.is_ended and state)


def until(true):
    """What *true* gives, once that is something."""
    until_s = time.monotonic() + WAIT_S
    while not (value := true()):
        assert time.monotonic() < until_s
        time.sleep(0.03)
    return value


def result(counter, id):
    return anyio.run(counter.result, id, 0.02)


def ran(counter, workflow, *arguments, id, queue="work"):
    counter.submit(queue, workflow, *arguments, id=id)
    return ended(counter, id)


def change(database, id, **values):
    """Write into the row of *id* what only a crash, or somebody else, would write."""
    columns = ", ".join(f"{name} = :{name}" for name in values)
    with database.begin() as db:
        asked = sa.text(f"UPDATE workflow_status SET {columns} WHERE workflow_uuid = :id")
        assert db.execute(asked, {**values, "id": id}).rowcount == 1


def test_a_workflow_gives_its_result(counter):
    """Arguments and result are JSON; the task knows its id."""
    assert counter.state("sum") is None
    assert ran(counter, "add.v1", 1, 2, id="sum") == ("success", "", None)

    assert result(counter, "sum") == {"sum": 3, "id": "sum"}


def test_submitting_again_does_nothing(counter):
    """The same id is the same workflow, running or done."""
    for _ in range(3):
        ran(counter, "add.v1", 1, 2, id="again")

    assert STEPS.count(("again", "note")) == 1


def test_an_id_belongs_to_one_workflow(counter):
    """Another workflow with the id is a mistake of the caller's."""
    ran(counter, "add.v1", 1, 2, id="taken")

    with pytest.raises(JobError, match=r'"taken" is already the id of another workflow than bare\.v1'):
        counter.submit("work", "bare.v1", id="taken")


def test_what_is_no_json_is_not_submitted(counter):
    """Nothing is written."""
    with pytest.raises(TypeError):
        counter.submit("work", "add.v1", b"1", 2, id="bytes")

    assert counter.state("bytes") is None


def test_an_error_of_ours_comes_back_whole(counter):
    """Readable as text, and the error itself with its hint and all that it knows."""
    state = ran(counter, "refused.v1", 99, id="refused")

    assert (state.status, state.error) == ("error", "RateLimited: asked too often. Wait.")
    with pytest.raises(RateLimited) as caught:
        result(counter, "refused")
    assert (caught.value.hint, caught.value.provider, caught.value.retry_after_s) == ("Wait.", "p", 0.01)


@pytest.mark.parametrize(
    ("workflow", "error"),
    [
        ("broken.v1", "ZeroDivisionError: division by zero"),
        ("bare.v1", "KeyError: 'colour'"),
        ("too_slow.v1", "TimeoutError: nap took longer than its limit of 0.05 s."),
        ("pictures.v1", "TypeError: Object of type bytes is not JSON serializable"),
    ],
)
def test_an_error_of_others_comes_back_as_text(counter, workflow, error):
    """By class and message, from a step or the workflow itself."""
    state = ran(counter, workflow, id=workflow)

    assert (state.status, state.error) == ("error", error)
    assert type(state.cause) is TaskFailed


def test_a_step_is_tried_again_where_its_error_says_so(counter, monkeypatch):
    """After the wait that was asked for, as often as the step allows."""
    monkeypatch.setattr(dbos_task, "FIRST_DELAY_S", 0.01)

    assert ran(counter, "refused.v1", 1, id="retried").status == "success"
    assert STEPS.count(("retried", "ask")) == 2


def test_two_steps_at_one_time_are_refused(counter):
    """A replay could give each the other's result."""
    state = ran(counter, "at_one_time.v1", id="both")

    assert state.error.startswith('StepMismatch: both asked for "b" while its "a" is not done')


def test_children_have_ids_of_their_parent(counter):
    """They run on their own queue, and give their results to it."""
    ran(counter, "parent.v1", 2, id="p")

    assert result(counter, "p") == ["p/c0", "p/c1", 1, 2]


def test_a_parent_can_handle_what_its_child_raised(counter):
    """The error arrives with its class."""
    ran(counter, "sad_parent.v1", id="sad")

    assert result(counter, "sad") == "p: asked too often. Wait."


def test_cancelling_stops_steps_children_and_pieces(counter):
    """Within about a second, with their clean-up; they are never recorded."""
    counter.submit("work", "hanging_parent.v1", id="family")
    until(lambda: {("family/child", "in a child"), ("family.piece", "in a piece")} <= set(STEPS))

    counter.cancel("family")

    until(
        lambda: {("family/child", "in a child was stopped"), ("family.piece", "in a piece was stopped")} <= set(STEPS)
    )
    assert {id: state.status for id, state in counter.states(["family", "family/child", "family.piece"]).items()} == {
        "family": "cancelled",
        "family/child": "cancelled",
        "family.piece": "cancelled",
    }
    with pytest.raises(JobCancelled):
        result(counter, "family")


def test_a_piece_of_a_cancelled_workflow_is_cancelled_as_it_arrives(counter):
    """Its maker may not have heard of the cancellation yet."""
    counter.submit("nowhere", "add.v1", 1, 2, id="gone")
    counter.cancel("gone")

    counter.submit("work", "add.v1", 1, 2, id="gone.shot")

    assert counter.state("gone.shot").status == "cancelled"


def test_a_step_may_hand_in_work_and_wait_for_it(counter):
    """A counter in a step is nobody's child: what it submits runs on its own."""
    ran(counter, "conductor.v1", id="conductor")

    assert result(counter, "conductor") == 42


def test_what_does_not_exist_is_not_waited_for(counter):
    """An id that nobody submitted is said so."""
    with pytest.raises(JobNotFound, match="nobody"):
        result(counter, "nobody")


def test_a_replay_with_other_inputs_is_refused(counter, engine):
    """Its record holds another's result; the step that was recorded does not run again."""
    STATE["fickle"] = 1
    counter.submit("work", "fickle.v1", id="fickle")
    until(lambda: ("fickle", "first") in STEPS)
    until(lambda: engine._desk.busy == ["fickle"])
    time.sleep(0.1)  # the record of the first step follows its body
    STATE["fickle"] = 2

    engine._running.rows.requeue(engine.id, "1")
    state = ended(counter, "fickle")
    STATE["fickle may go"] = True

    assert state.error == "StepMismatch: fickle: first is recorded for other inputs."
    assert STEPS.count(("fickle", "first")) == 1


@pytest.mark.parametrize("recovery", ["_recover_pending_workflows", "gone_in_a_later_version"])
def test_work_of_the_dead_is_put_back(counter, engine, database, monkeypatch, recovery):
    """By DBOS's private method, and without it by the same statement."""
    monkeypatch.setattr(engine_module, "RECOVERY", recovery)
    id = f"left.{recovery}"
    counter.submit("nowhere", "add.v1", 1, 2, id=id)
    change(
        database, id, status="PENDING", executor_id="ghost", application_version="1", queue_name="work", owner_xid="x"
    )

    assert engine._recover("ghost") == 1
    assert ended(counter, id).status == "success"
    assert engine._recover("ghost") == 0


def test_what_was_claimed_and_never_begun_is_put_back(counter, engine, database, monkeypatch):
    """A claim whose answer was lost: the row is a live worker's, who knows nothing of it. Not before a time to live."""
    counter.submit("nowhere", "add.v1", 1, 2, id="claimed")
    change(
        database,
        "claimed",
        status="PENDING",
        executor_id=engine.id,
        application_version="1",
        queue_name="work",
        owner_xid="x",
    )
    engine._reclaim()
    assert counter.state("claimed").status == "pending"

    monkeypatch.setattr(engine, "_ttl_s", 0.0)
    engine._reclaim()

    assert ended(counter, "claimed").status == "success"


def test_a_record_that_cannot_be_written_is_no_failure_of_the_workflow(counter, engine, database):
    """The run ends and leaves no record; put back, it goes on from its last one."""
    counter.submit("work", "patient.v1", id="patient")
    until(lambda: ("patient", "second") in STEPS)
    with database.begin() as db:
        db.execute(sa.text("ALTER TABLE operation_outputs RENAME TO away"))
    STATE["patient may go"] = True
    until(lambda: "patient" not in {task.id for task in engine._desk.tasks})
    with database.begin() as db:
        db.execute(sa.text("ALTER TABLE away RENAME TO operation_outputs"))
    assert counter.state("patient").status == "pending"

    engine._running.rows.requeue(engine.id, "1", ["patient"])

    assert ended(counter, "patient").status == "success"
    assert (STEPS.count(("patient", "first")), STEPS.count(("patient", "second"))) == (1, 2)


def test_the_private_recovery_is_still_there():
    """When this fails, DBOS changed: see that `requeue` still does what its recovery does, then go on with that."""
    from dbos import DBOS
    from dbos._sys_db import SystemDatabase

    assert hasattr(DBOS, engine_module.RECOVERY)
    assert hasattr(SystemDatabase, "get_queue")


def test_a_pickle_in_the_database_is_not_read(counter, database, tmp_path):
    """Whoever can write a row must not run code here, though DBOS reads each row by the format that it names."""
    trap = tmp_path / "sprung"
    value = base64.b64encode(pickle.dumps(Trap(trap))).decode()
    counter.submit("nowhere", "add.v1", 1, 2, id="trap")
    with database.begin() as db:
        db.execute(sa.text("UPDATE workflow_input SET inputs = :v WHERE workflow_uuid = 'trap'"), {"v": value})
    change(database, "trap", serialization="py_pickle", queue_name="work")

    state = ended(counter, "trap")

    assert state.status == "error"
    assert not trap.exists()


class Trap:
    """Touches a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_what_kills_its_workers_is_dead_after_a_while(counter, database):
    """It is not tried for ever, and says so."""
    counter.submit("nowhere", "sleeper.v1", 0.0, id="poison")
    change(database, "poison", recovery_attempts=2, queue_name="work")

    state = ended(counter, "poison")

    assert (state.status, state.error.partition(".")[0]) == (
        "dead",
        "Dead: poison lost its worker too often and is not tried again",
    )


def test_a_queue_can_be_looked_at(counter):
    """How much waits there, and where one stands in it."""
    for number in range(3):
        counter.submit("unserved", "add.v1", 1, 2, id=f"q{number}")

    assert counter.depth("unserved") == 3
    assert [counter.position(f"q{number}") for number in range(3)] == [1, 2, 3]
    assert counter.position("sum") is None
    counter.cancel("q0")
    assert (counter.depth("unserved"), counter.position("q2")) == (2, 2)


def test_work_of_another_version_is_counted_and_waits_for_consent(counter, database):
    """Nobody here runs it, until whoever knows that it goes together says so."""
    counter.submit("nowhere", "add.v1", 1, 2, id="old")
    change(database, "old", application_version="0", queue_name="work")

    assert counter.orphans() == {"0": 1}
    assert counter.state("old").status == "enqueued"
    assert counter.adopt("0") == 1
    assert ended(counter, "old").status == "success"
    assert counter.orphans() == {}


def test_the_only_workers_take_what_was_submitted_though_a_newer_version_was_here(counter, engine):
    """After a rollback the newest version that ever ran is gone, and DBOS would wait for it."""
    client = engine._running.client
    client._sys_db.create_application_version("2")
    client.set_latest_application_version("2")

    assert ran(counter, "add.v1", 1, 2, id="after a rollback").status == "success"


def test_what_ended_long_ago_is_forgotten(counter, database):
    """What is open stays, however old."""
    ran(counter, "add.v1", 1, 2, id="ancient")
    counter.submit("nowhere", "add.v1", 1, 2, id="ancient but open")
    change(database, "ancient", completed_at=1000)
    change(database, "ancient but open", created_at=1000, updated_at=1000)

    assert counter.forget(older_than=100.0) == 1

    assert counter.state("ancient") is None
    assert counter.state("ancient but open").status == "enqueued"


def test_a_workers_own_limit_holds_whatever_the_queue_says_of_all(counter, database):
    """Machines differ: the row of the queue holds what the last of them said."""
    with database.begin() as db:
        db.execute(sa.text("UPDATE queues SET worker_concurrency = 10 WHERE name = 'narrow'"))

    for number in range(4):
        counter.submit("narrow", "narrow.v1", id=f"n{number}")

    for number in range(4):
        ended(counter, f"n{number}")
        assert result(counter, f"n{number}") == 1


def test_a_queue_starts_no_more_than_its_limit_in_a_period(counter):
    """One in half a second: the third begins a second after the first."""
    began_s = time.monotonic()
    for number in range(3):
        counter.submit("slow", "add.v1", 1, 2, id=f"limited{number}")
    for number in range(3):
        ended(counter, f"limited{number}")

    assert time.monotonic() - began_s > 0.9


def test_others_that_serve_a_queue_are_counted(engine, database):
    """By their leases, which say what they serve."""
    assert engine.others("render") == 0

    with database.begin() as db:
        values = {"id": "other", "host": "there", "beat": 1, "state": "live", "version": "1", "queues": '["render"]'}
        db.execute(EXECUTORS.insert().values(**values))

    assert (engine.others("render"), engine.others("work")) == (1, 0)


def test_what_wants_to_be_called_is_called_after_every_sweep(engine):
    """One that raises keeps nobody else from being called."""
    calls = []
    engine.on_tick(lambda: calls.append("first") or 1 / 0)
    engine.on_tick(lambda: calls.append("second"))

    until(lambda: calls.count("second") >= 2)

    assert "first" in calls


def test_one_engine_a_process(engine, url, tmp_path):
    """DBOS is one a process, too; nor may a loop be running where it begins."""
    other = Engine(url, tmp_path, workflows={}, queues=[])

    with pytest.raises(JobError, match="an engine already"):
        other.start()

    async def start():
        other.start()

    with pytest.raises(JobError, match="event loop"):
        anyio.run(start)


def test_nothing_made_the_process_exit():
    """Neither fenced nor full, all this while."""
    assert "exit" not in STATE
