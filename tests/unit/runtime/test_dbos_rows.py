from __future__ import annotations

import pytest
import sqlalchemy as sa

from astragen.runtime.database import opened_database
from astragen.runtime.dbos import Counter
from astragen.runtime.dbos_rows import Rows


@pytest.fixture
def database(engine_url):
    """One with DBOS's tables, and three workflows that wait."""
    counter = Counter(engine_url)
    for number in range(3):
        counter.submit("films", "film.v1", number, id=f"film_{number}.1")
    counter.close()
    opened = opened_database(engine_url, pool=1)
    yield opened
    opened.dispose()


def test_a_look_at_a_queue_reads_an_index_and_not_all_that_ever_ran(database):
    """On both databases the plans name the index that DBOS keeps of what is under way."""
    rows = Rows(database)
    asked = []
    sa.event.listen(database, "before_cursor_execute", lambda *one: asked.append((one[2], one[3])))

    assert (rows.position("film_2.1"), rows.depth("films"), rows.position("film_9.1")) == (3, 3, None)

    counts = [one for one in asked if "count(" in one[0]]
    plans = [plan(database, *one) for one in counts]
    assert len(plans) == 2
    assert [one for one in plans if "idx_workflow_status_in_flight" not in one] == []


def plan(database, statement, values):
    """How *database* would carry *statement* out; PostgreSQL as if its table were large."""
    with database.begin() as db:
        if database.dialect.name == "sqlite":
            found = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        else:
            db.exec_driver_sql("SET LOCAL enable_seqscan = off")
            found = db.exec_driver_sql(f"EXPLAIN {statement}", values)
        return "\n".join(str(tuple(row)) for row in found)
