from __future__ import annotations


def test_the_machine_is_examined(asking):
    """As the command of the same name does: in another process, and once for all who ask at about the same time."""
    found = asking.get("/v1/doctor")

    assert found.status_code == 200, found.text
    checks = {(one["topic"], one["name"]): one for one in found.json()["data"]}
    assert checks["codecs", "H.264 video"]["is_ready"]
    assert checks["crew", "voice"]["is_ready"]
    assert {"machine", "packages", "codecs", "crew", "writers", "fonts", "cache"} == {topic for topic, _ in checks}
    assert all(bool(one["act"]) == (not one["is_ready"]) for one in checks.values())
    assert asking.get("/v1/doctor").json() == found.json()
