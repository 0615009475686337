from __future__ import annotations

from astragen.model.event import TakeMade
from astragen.model.job import Order
from astragen.model.office import FileRecord
from astragen.store.office.ids import new_id
from office_records import BRIEF, artifact, new_film


def test_every_artifact_that_somebody_may_ask_for_is_referenced(office):
    """Outputs, the files of orders, uploads, and the stills that a history shows; nothing of removed films."""
    ordered = office.films.add(new_film(order=Order(brief=BRIEF, files={"file_1": artifact("ordered")})))
    office.films.change(ordered.id, outputs={"film": artifact("film"), "poster": artifact("poster")})
    office.events.tell(ordered.id, "take", TakeMade(at_s=0, shot="s1-1", made_by="fal", picture=artifact("still")))
    gone = office.films.add(new_film(outputs={"film": artifact("gone")}))
    office.events.tell(gone.id, "take", TakeMade(at_s=0, shot="s1-1", made_by="fal", picture=artifact("gone too")))
    office.films.delete(gone.id)
    upload = FileRecord(id=new_id("file", 1.0), artifact=artifact("upload"), name="a", kind="music", created_at=1.0)
    office.files.add(upload)

    found = set(office.referenced())

    assert found == {artifact(name).hash for name in ("ordered", "film", "poster", "still", "upload")}
