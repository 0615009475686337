"""The table of risks (facts/jobs.md, 6): which tests show each control, and those that have no better place.

`ROWS` is the table. Start reading there.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from urllib.parse import quote

import anyio
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import little_house
from astragen.errors import AstraGenError, MediaError
from astragen.media.clips.reader import ClipReader
from astragen.media.music import listened
from astragen.media.pictures import picture_of
from astragen.media.speech import decoded
from astragen.media.uploads import identified
from astragen.model.take import Artifact
from astragen.runtime.examining import examined
from astragen.runtime.worker import ADDRESSES_MAX, CALL_CPU_S
from bounded import bounds_here, take
from emulators.loopback import Asked, LoopbackServer, Sent, sent

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib

TESTS = Path(__file__).parent.parent
ROOT = TESTS.parent

ROWS = {
    "SSRF": [
        "unit/providers/test_addresses.py::test_nothing_of_this_machine_or_network_is_asked",
        "unit/providers/test_addresses.py::test_one_forbidden_address_refuses_all",
        "unit/providers/test_download.py::test_a_name_that_changes_its_address_gains_nothing",
        "unit/providers/test_download.py::test_a_redirect_is_checked_like_the_first_address",
        "unit/providers/test_download.py::test_a_proxy_hears_only_of_addresses_that_were_checked",
        "unit/service/test_hooks.py::test_an_address_that_must_not_be_asked_is_refused",
        "unit/service/test_hooks.py::test_a_message_of_a_key_reaches_no_private_address",
        "unit/service/test_hooks.py::test_a_redirect_is_not_followed",
    ],
    "decompression bombs": [
        "unit/media/test_pictures.py::test_what_is_too_large_is_refused_before_it_is_decoded",
        "unit/media/test_pictures.py::test_broken_bytes_give_a_picture_or_our_error",
        "unit/media/test_uploads.py::test_a_bomb_is_refused",
        "unit/media/test_inspection.py::test_a_bomb_is_refused_before_it_is_decoded",
        "contract/test_security.py::test_what_strangers_made_is_looked_at_with_little_memory_and_time",
    ],
    "prompt injection into the model's JSON": [
        "unit/plan/test_wire.py::test_ten_thousand_scenes_are_as_many_as_the_brief_allows",
        "unit/plan/test_wire.py::test_what_is_never_the_models_to_choose_is_the_briefs",
        "unit/plan/test_wire.py::test_hostile_text_in_any_field_gives_a_storyboard_within_the_brief",
        "unit/plan/test_wire.py::test_any_json_value_is_a_valid_storyboard_or_has_faults",
        "unit/plan/test_clean.py::test_what_only_a_machine_reads_is_taken_out",
    ],
    "path traversal in ids": [
        "contract/test_security.py::test_no_hash_leads_out_of_the_store",
        "contract/test_security.py::test_no_id_leads_out_of_its_folder",
        "unit/service/test_keys.py::test_ids_that_are_none_are_not_looked_for",
        "unit/service/routes/test_content.py::test_no_name_breaks_out_of_its_header",
        "unit/media/test_uploads.py::test_nothing_is_left_of_an_archive",
    ],
    "decoders and subtitles": [
        "contract/test_security.py::test_a_playlist_dressed_as_media_reaches_nothing",
        "unit/media/test_uploads.py::test_no_playlist_page_or_drawing_reaches_a_decoder",
        "unit/media/captions/test_ass.py::test_text_is_not_taken_for_tags",
        "unit/test_layers.py::test_other_programs_are_started_in_three_places_only",
    ],
    "API keys": [
        "unit/store/office/test_keys.py::test_a_dump_of_the_database_has_no_secret",
        "unit/store/office/test_keys.py::test_the_right_prefix_does_not_help",
        "unit/service/test_access.py::test_wrong_expired_and_unknown_keys_get_the_same_answer",
        "unit/service/test_access.py::test_a_revoked_key_opens_nothing_at_once",
        "unit/service/test_access.py::test_a_scope_opens_nothing_but_its_own",
        "contract/test_api.py::test_without_a_key_nothing_is_told",
    ],
    "upload limits": [
        "unit/service/test_bounds.py::test_chunks_are_counted_as_they_come",
        "unit/service/test_bounds.py::test_a_length_that_lies_is_not_believed",
        "unit/service/test_bounds.py::test_a_body_that_drips_is_given_up",
        "integration/test_service_over_sockets.py::test_a_chunked_body_without_end_is_refused_and_cut",
        "integration/test_service_over_sockets.py::test_a_head_that_never_ends_is_given_up",
        "unit/service/routes/test_files.py::test_a_broken_form_is_refused",
        "unit/service/routes/test_files.py::test_a_lying_content_type_is_refused",
        "unit/service/routes/test_files.py::test_a_quota_holds_for_all_files_of_a_key_together",
    ],
    "secrets in logs": [
        "unit/service/test_logs.py::test_no_secret_is_written",
        "unit/service/test_access.py::test_no_key_is_in_the_log_or_the_database",
        "unit/providers/test_redaction.py::test_a_key_stands_in_no_error_and_no_log",
        "unit/providers/test_redaction.py::test_a_key_that_is_sent_stands_in_no_local_variable_either",
        "unit/service/test_telemetry.py::test_an_error_inside_a_span_is_told_by_class_alone",
        "acceptance/test_deployment.py::test_a_film_is_made_fetched_told_deleted_and_collected",
    ],
    "denial of service by size": [
        "contract/test_api.py::test_whatever_is_asked_is_answered_as_documented",
        "unit/service/test_ordering.py::test_a_body_that_makes_no_film_is_refused_with_where",
        "unit/service/test_gate.py::test_a_key_that_asks_too_often_is_told_when_to_come_back",
        "unit/store/office/test_films.py::test_no_two_requests_slip_past_the_depth_of_a_queue_together",
        "unit/store/office/test_holding.py::test_no_two_requests_get_one_place_together",
        "unit/service/routes/test_films.py::test_a_key_with_enough_films_on_their_way_waits_and_others_pass_it",
        "unit/service/routes/test_films.py::test_a_film_that_the_disk_has_no_room_for_is_refused",
    ],
    "CORS, CSRF, rebinding": [
        "unit/service/test_gate.py::test_pages_of_other_sites_are_refused",
        "unit/service/test_gate.py::test_a_preflight_is_given_no_leave",
        "unit/service/test_gate.py::test_other_names_get_no_answer",
        "unit/service/test_hosts.py::test_other_names_are_not_taken_on_loopback",
        "unit/service/test_access.py::test_a_key_in_the_address_or_a_cookie_is_not_read",
    ],
    "headers": [
        "unit/service/test_headers.py::test_every_route_has_the_headers",
        "unit/service/routes/test_content.py::test_content_can_do_nothing_in_a_browser_and_has_a_safe_name",
    ],
    "what the database holds is data": ["unit/runtime/test_dbos.py::test_a_pickle_in_the_database_is_not_read"],
    "supply chain": [
        "contract/test_security.py::test_what_is_installed_comes_from_the_registry_with_a_version",
        "contract/test_security.py::test_no_code_is_made_of_data",
    ],
}


@pytest.mark.parametrize("row", ROWS, ids=ROWS.keys())
def test_every_row_of_the_table_has_its_tests(row):
    """They are there, under these names."""
    missing = [one for one in ROWS[row] if not is_there(*one.split("::"))]

    assert ROWS[row]
    assert missing == []


def is_there(path: str, name: str) -> bool:
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    return any(isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)) and one.name == name for one in tree.body)


# Decompression bombs ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="it knows no such limits")
def test_what_strangers_made_is_looked_at_with_little_memory_and_time():
    """In a process of its own, whose limits the system keeps."""
    addresses, seconds = anyio.run(examined, bounds_here)

    assert 0 < addresses <= ADDRESSES_MAX
    assert 0 < seconds <= CALL_CPU_S + 5
    with pytest.raises(MemoryError):
        anyio.run(examined, take, 2 * ADDRESSES_MAX)


# Path traversal -----------------------------------------------------------------------------------------------------

PATHS = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(["..", ".", "/", "\\", "%2e%2e", "%00", "etc", "film_", "~", "C:", "\u2025"]), max_size=8
    ).map("".join),
)


@given(digest=PATHS)
@example(digest="../" * 8 + "etc/passwd")
@example(digest="a" * 63 + "/")
@example(digest="a" * 64 + "\n")
def test_no_hash_leads_out_of_the_store(digest):
    """Only 64 hex digits make a path; nothing else is an artifact."""
    try:
        artifact = Artifact(hash=digest, media_type="video/mp4", bytes=1)
    except ValidationError:
        return
    assert re.fullmatch("[0-9a-f]{64}", artifact.hash)


@pytest.fixture(scope="module")
def asking(tmp_path_factory):
    """Who asks a house with a secret beside its folders."""
    folder = tmp_path_factory.mktemp("security")
    (folder / "secret").write_text("canary")
    with little_house.house(folder / "house") as rooms, little_house.client(rooms) as client:
        yield client


@pytest.mark.parametrize(
    "path",
    [
        "/v1/films/{}",
        "/v1/films/{}/content",
        "/v1/files/{}/content",
        "/v1/api_keys/{}",
        "/v1/styles/{}/example",
        "/v1/voices/{}/sample",
        "/static/{}",
        "/studio/{}",
        "/shared/{}",
    ],
)
def test_no_id_leads_out_of_its_folder(asking, path):
    """Whatever stands in it, however it is spelled: a refusal, and nothing of any file."""

    @given(id=PATHS)
    @example(id="../secret")
    @example(id="../" * 9 + "etc/passwd")
    @settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def ask(id):
        for spelled in (quote(id, safe=""), quote(id, safe="/.%")):
            answer = asking.get(path.format(spelled), follow_redirects=False)
            assert answer.status_code != 200 or "/" not in id.strip("/."), (spelled, answer.text[:100])
            assert answer.status_code < 500
            assert "canary" not in answer.text
            assert "root:" not in answer.text

    ask()


# Decoders -----------------------------------------------------------------------------------------------------------


class Listener(LoopbackServer):
    """Hears whether anybody asks."""

    def answer(self, asked: Asked) -> Sent:
        return sent(b"")


def dressed(url: str) -> dict[str, bytes]:
    """What names another file, by how it does."""
    return {
        "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{url}/a.ts\n#EXT-X-ENDLIST\n".encode(),
        "concat": f"ffconcat version 1.0\nfile {url}/a.mp4\n".encode(),
        "local concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
        "dash": f'<?xml version="1.0"?><MPD><BaseURL>{url}/</BaseURL></MPD>'.encode(),
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}/a.png"/></svg>'.encode(),
        "address": f"{url}/a.mp4\n".encode(),
    }


READERS = {
    "clip": (".mp4", lambda path: ClipReader(path, shot="s1")),
    "music": (".mp3", lambda path: listened(path, "mine")),
    "upload": (".mp4", lambda path: identified(path, "mine", None)),
    "picture": (".png", lambda path: picture_of(path.read_bytes(), "mine")),
    "speech": (".wav", lambda path: decoded(path.read_bytes())),
}


@pytest.mark.parametrize("reader", READERS)
def test_a_playlist_dressed_as_media_reaches_nothing(tmp_path, reader):
    """It is refused, and neither a server nor another file is asked for."""
    suffix, read = READERS[reader]
    with Listener() as listener:
        for number, content in enumerate(dressed(listener.url).values()):
            path = tmp_path / f"{number}{suffix}"
            path.write_bytes(content)
            with pytest.raises((AstraGenError, MediaError)):
                read(path)

    assert listener.asked == []


# Supply chain -------------------------------------------------------------------------------------------------------

CODE_OF_DATA = {"eval", "exec", "compile", "__import__", "Unpickler"}
WORDS = ("eval", "exec", "compile(", "__import__", "pickle", "shell", "os.system", "popen")
ALLOWED = {  # module: what it calls, and why that is no data of strangers
    "runtime/worker.py": {"loads"},  # of its parent, over their pipe
    "runtime/pool.py": {"loads"},  # of its worker, likewise
    "media/prepared.py": {"load"},  # of a folder of its own run
}


def test_what_is_installed_comes_from_the_registry_with_a_version():
    """No address, no repository, no wheel of somebody; each has a lowest version, and DBOS a highest one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    named = [one for one in wanted if not one.startswith("astragen[")]

    assert named
    assert [one for one in named if not re.fullmatch(r"[a-z0-9-]+(\[[a-z0-9,]+\])?>=[\d.]+(,<[\d.]+)?", one)] == []
    assert [one for one in named if one.startswith("dbos") and ",<" not in one] == []


def test_no_code_is_made_of_data():
    """No eval, no shell, no pickle but between a process and its own worker."""
    source = ROOT / "src" / "astragen"
    found = {}
    for path in sorted(source.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        calls = set(suspects(ast.parse(text))) if any(word in text for word in WORDS) else set()
        calls -= ALLOWED.get(str(path.relative_to(source)), set())
        if calls:
            found[str(path.relative_to(source))] = calls

    assert found == {}


def suspects(tree: ast.AST):
    """The calls in *tree* that run what they are given."""
    for one in ast.walk(tree):
        if not isinstance(one, ast.Call):
            continue
        if any(word.arg == "shell" for word in one.keywords):
            yield "shell"
        if isinstance(one.func, ast.Name) and one.func.id in CODE_OF_DATA:
            yield one.func.id
        if isinstance(one.func, ast.Attribute) and isinstance(one.func.value, ast.Name):
            module, name = one.func.value.id, one.func.attr
            if (module, name) in {("os", "system"), ("os", "popen"), ("pickle", "loads"), ("pickle", "load")}:
                yield name
