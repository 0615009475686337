"""What users deploy with: files that nothing here can run are read and held against the code."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from astragen.cli.main import astragen

DEPLOY = Path(__file__).parents[2] / "deploy"
INSTRUCTIONS = {
    *("FROM", "RUN", "COPY", "ENV", "WORKDIR", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK"),
    *("ENTRYPOINT", "CMD", "ARG", "LABEL"),
}
OURS = ("api", "worker")


def dockerfile() -> list[tuple[str, str]]:
    """Its instructions in order, each with what follows it; continued lines are one."""
    text = re.sub(r"^\s*#.*\n", "", (DEPLOY / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line.strip())]


def stage(name: str) -> list[tuple[str, str]]:
    """The instructions after `FROM ... AS name`, up to the next stage."""
    found = dockerfile()
    start = next(at for at, (word, rest) in enumerate(found) if word == "FROM" and rest.endswith(f" AS {name}"))
    end = next((at for at in range(start + 1, len(found)) if found[at][0] == "FROM"), len(found))
    return found[start + 1 : end]


@pytest.fixture(scope="module")
def compose() -> dict:
    yaml = pytest.importorskip("yaml", reason="no library here reads YAML")
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def parsed(arguments: list[str]) -> tuple[str, dict]:
    """The command that `astragen` runs for *arguments*, and its options; a flag that is none raises."""
    name, *rest = arguments
    command = astragen.commands[name]
    return name, command.make_context(name, list(rest)).params


def test_every_line_of_the_dockerfile_is_an_instruction():
    """It has two stages, of which the last has no compiler."""
    words = [word for word, _ in dockerfile()]

    assert set(words) <= INSTRUCTIONS
    assert words.count("FROM") == 2
    assert not any("apt-get" in rest for _, rest in stage("service"))


def test_what_is_copied_is_there_and_not_ignored():
    """The image is built from files of the repository only."""
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    copied = [path for word, rest in stage("build") if word == "COPY" for path in rest.split()[:-1]]

    assert [path for path in copied if not (DEPLOY.parent / path).exists()] == []
    assert {f"!{path}" for path in copied} == {line for line in ignored if line.startswith("!")}


def test_what_is_installed_are_extras_that_we_have():
    """A misspelt extra installs nothing, and only warns."""
    [extras] = [re.search(r"\.\[([a-z,]+)\]", rest)[1] for _, rest in stage("build") if "pip install" in rest]
    project = (DEPLOY.parent / "pyproject.toml").read_text("utf-8")

    assert [one for one in extras.split(",") if not re.search(rf"^{one} = \[", project, re.MULTILINE)] == []


def test_the_image_does_not_run_as_root():
    """From the user on, nothing is installed."""
    last = stage("service")
    user = [word for word, _ in last].index("USER")

    assert last[user][1].split(":")[0] not in ("0", "root")
    assert {word for word, _ in last[user:]}.isdisjoint({"RUN", "COPY"})


def test_the_image_serves_with_flags_that_exist():
    """And its health is asked for where the service answers."""
    last = dict(stage("service"))
    command = json.loads(last["CMD"])
    check = last["HEALTHCHECK"]

    name, options = parsed(command)
    assert (name, options["host"]) == ("serve", "0.0.0.0")
    assert f":{options['port']}/healthz" in check
    compile(json.loads(check.partition("CMD ")[2])[2], "healthcheck", "exec")
    assert last["EXPOSE"] == str(options["port"])


def test_the_services_start_with_commands_that_exist(compose):
    """A renamed flag would be met by users only."""
    commands = {name: parsed(compose["services"][name]["command"]) for name in OURS}

    assert commands["api"][0] == "serve"
    assert commands["api"][1]["workers"] == 0
    assert commands["worker"][0] == "worker"


def test_settings_of_the_services_are_settings(compose):
    """Every ASTRAGEN_ variable in the files is one that is read."""
    from astragen.settings import Settings

    image = " ".join(rest for word, rest in stage("service") if word == "ENV")
    named = {name for one in OURS for name in compose["services"][one]["environment"]}
    named |= {pair.partition("=")[0] for pair in shlex.split(image)}
    ours = {name.removeprefix("ASTRAGEN_").lower() for name in named if name.startswith("ASTRAGEN_")}

    assert ours
    assert ours <= set(Settings.model_fields)


def test_the_api_has_the_keys_that_the_workers_have(compose):
    """It refuses orders for providers without one, estimates what films cost, and writes storyboards itself."""
    keys = [
        {name for name in compose["services"][one]["environment"] if name.endswith("_API_KEY")}
        for one in ("api", "worker")
    ]

    assert keys[0] == keys[1] != set()


def test_services_depend_on_what_there_is(compose):
    """What others wait for says when it is ready."""
    services = compose["services"]
    for name, service in services.items():
        for other, wanted in service.get("depends_on", {}).items():
            assert other in services, name
            if wanted["condition"] == "service_healthy":
                assert "test" in services[other]["healthcheck"], other


def test_named_volumes_are_declared(compose):
    """Nothing that must last is kept in a container."""
    used = {
        volume.partition(":")[0] for service in compose["services"].values() for volume in service.get("volumes", ())
    }

    assert used == set(compose["volumes"])
    assert {"database", "store"} <= used


def test_workers_may_drain_before_they_are_killed(compose):
    """The time to stop is longer than the time that they take for it."""
    service = compose["services"]["worker"]
    grace_s = float(service["stop_grace_period"].removesuffix("s"))

    assert grace_s > parsed(service["command"])[1]["drain"]


def test_passwords_are_variables_without_a_default(compose):
    """No password that everybody knows."""
    example = (DEPLOY / "example.env").read_text("utf-8")
    text = json.dumps(compose)

    for name in ("POSTGRES_PASSWORD", "STORE_PASSWORD"):
        assert f"{name}=\n" in example
        assert set(re.findall(rf"\$\{{{name}([^}}]*)}}", text)) == {":?set it in deploy/.env"}


def test_nothing_but_the_api_is_published_and_only_to_this_machine(compose):
    """The database and the store are for the services; TLS is a proxy's."""
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}

    assert list(published) == ["api"]
    assert all(port.startswith("127.0.0.1:") for port in published["api"])


def test_no_registry_is_named(compose):
    """Images come from whatever registry a machine is set up for."""
    images = [service["image"] for service in compose["services"].values()]
    images += [rest.split()[0] for word, rest in dockerfile() if word == "FROM"]

    assert [image for image in images if "." in image.split(":")[0].split("/")[0]] == []


def test_commands_in_the_files_are_click_commands():
    """`parsed` finds what is run here, not something else of that name."""
    assert isinstance(astragen.commands["serve"], click.Command)
    assert isinstance(astragen.commands["keys"].commands["create"], click.Command)
