import logging

from little_house import client


def lines(caplog):
    return [vars(one) for one in caplog.records if one.name == "astragen.service.watch" and one.levelname == "INFO"]


def test_a_request_is_one_line_of_the_log(rooms, caplog):
    """What was asked, by template; how it went; whose key. No path, query, header or body."""
    record, secret = rooms.office.keys.create("one", ["keys:admin"])
    with caplog.at_level(logging.INFO):
        client(rooms, key=secret).post("/v1/api_keys?word=canary", json={"name": "canary", "scopes": ["canary"]})

    (line,) = lines(caplog)
    expected = {"method": "POST", "route": "/v1/api_keys", "status": 422, "key": record.id}
    assert expected.items() <= line.items()
    assert line["ms"] > 0
    assert "canary" not in str(line)


def test_a_request_that_a_film_is_meant_by_names_it(rooms, caplog):
    """So that a film's lines are found, of the API as of the workers."""
    film = "film_" + "0" * 26
    with caplog.at_level(logging.INFO):
        client(rooms).get(f"/v1/films/{film}")

    assert [line["film"] for line in lines(caplog)] == [film]


def test_what_the_gate_refuses_is_logged_too(rooms, caplog):
    """Attacks are to be seen."""
    with caplog.at_level(logging.INFO):
        client(rooms, Host="evil.example").get("/v1/films")

    assert [(line["status"], line["route"]) for line in lines(caplog)] == [(421, "none")]
