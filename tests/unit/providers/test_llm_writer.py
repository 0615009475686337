from __future__ import annotations

import json
from pathlib import Path

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astragen.builtin.writer import BuiltinWriter, write
from astragen.errors import SettingsError, Unavailable
from astragen.model.brief import Brief
from astragen.model.film import MoneyReport
from astragen.model.look import Look
from astragen.model.storyboard import Storyboard
from astragen.model.written import Written
from astragen.plan.prompts import PROMPT_VERSION
from astragen.providers.chat import Answer
from astragen.providers.llm_writer import ACT_LIMIT_S, AbsentWriter, LlmWriter, script_of, time_limit_s
from astragen.providers.rungs import RungMemory
from astragen.store.ledger import Ledger
from scripted_chat import ScriptedChat, board, text

BRIEF = Brief(prompt="A fox in the first snow follows the lights of a village.", style="ink")
LONG = BRIEF.model_copy(update={"seconds": 240.0})  # four acts


def written(chat: ScriptedChat, brief: Brief = BRIEF) -> Written:
    return anyio.run(LlmWriter(chat, BuiltinWriter(), RungMemory(None)).write, brief)


async def forever(question: object) -> str:
    await anyio.sleep_forever()
    raise AssertionError


def test_the_model_writes_the_storyboard():
    """Its words, the brief's style, and who it was."""
    done = written(ScriptedChat(text()))

    assert done.storyboard.title == "The Fox and the Lights"
    assert done.storyboard.bible.style == "ink"
    assert (done.made_by, done.fallbacks, done.tokens_in, done.tokens_out) == ("scripted tiny", (), 100, 10)


def test_what_was_mended_is_told():
    """A mood that nobody knows is none, and the writer says where."""
    done = written(ScriptedChat(json.dumps(board() | {"mood": "purple"})))

    assert [one for one in done.mended if one.startswith("mood: ") and "purple" in one]
    assert done.made_by == "scripted tiny"


def test_a_text_that_reads_as_narration_is_spoken_word_for_word():
    """The model is told so, and what it says instead is not taken; the same text as an idea is its own to tell."""
    prompt = "The lamp had been dark for years. Nobody knew why. Then a girl saw it blink and she rowed out alone."
    brief = Brief(prompt=prompt, seconds=10)
    chat = ScriptedChat(text(scenes=1, shots=3))

    assert " ".join(shot.line for shot in written(chat, brief).storyboard.shots if shot.line) == brief.prompt
    assert "Its sentences are the lines" in chat.asked[0].system
    own = written(ScriptedChat(text(scenes=1, shots=2)), brief.model_copy(update={"is_script": False}))
    assert "fox" in (own.storyboard.shots[0].line or "")


def test_the_step_key_has_the_model_and_the_prompts():
    """Another model, or other prompts, and the storyboard is written anew."""
    card = LlmWriter(ScriptedChat(""), BuiltinWriter(), RungMemory(None)).capability

    assert (card.name, card.trade) == ("scripted", "writer")
    assert "tiny" in card.version
    assert PROMPT_VERSION in card.version


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param("I am a teapot.", "holds no JSON object", id="prose"),
        pytest.param("", "is empty", id="nothing"),
        pytest.param('{"title": "Fox", "scenes": []}', "scenes: is missing or empty", id="no scenes"),
        pytest.param(Answer("No.", "refused"), "scripted refused the request: No", id="refused"),
        pytest.param(Answer("", "filtered"), "filtered its answer", id="filtered"),
        pytest.param(Answer('{"title": "F', "length"), "cut off", id="cut off"),
        pytest.param(Unavailable("the server is down"), "the server is down", id="down"),
        pytest.param(SettingsError("no such proxy"), "no such proxy", id="a setting"),
    ],
)
def test_a_film_is_made_whatever_the_model_does(answer, why):
    """The built-in writer's storyboard, and a report of why."""
    done = written(ScriptedChat(answer))

    assert done.storyboard == write(BRIEF)
    assert done.made_by == "builtin"
    (fallback,) = done.fallbacks
    assert (fallback.stage, fallback.subject) == ("write", "storyboard")
    assert why in fallback.reason
    assert fallback.instead == "the builtin writer wrote it"


def test_a_model_that_is_too_slow_is_not_waited_for():
    """It has a share of the deadline: 25 s of the usual minute, 2 s of the shortest."""
    brief = BRIEF.model_copy(update={"deadline_s": 0.5})

    done = written(ScriptedChat(forever), brief)

    assert done.made_by == "builtin"
    assert "scripted tiny did not answer within 0.2" in done.fallbacks[0].reason
    assert time_limit_s(BRIEF, 1) == pytest.approx(25)
    assert time_limit_s(BRIEF, 8) == 8 * ACT_LIMIT_S


def act(number: int) -> str:
    """An act of its own place, line and cast; the hare comes in the second."""
    told = board(scenes=2, shots=8, opening=f"Act {number}. ")
    if number > 1:
        told["characters"] = [{"name": "Ash", "kind": "hare", "look": "old", "color": "#888888", "props": []}]
        told["scenes"][0]["shots"][0]["subjects"].append({"noun": "hare", "character": "Ash"})
    return json.dumps(told)


def test_a_long_film_is_written_in_acts():
    """Four acts of 60 s: ids follow on, and who was in an earlier act looks the same without being described again."""
    chat = ScriptedChat(*(act(number) for number in (1, 2, 3, 4)))

    board = written(chat, LONG).storyboard

    assert len(chat.asked) == 4
    assert [scene.id for scene in board.scenes] == [f"s{number}" for number in range(1, 9)]
    assert len({shot.id for shot in board.shots}) == len(board.shots)
    assert [(one.id, one.name, one.look) for one in board.characters] == [
        ("c1", "Ember", "small, red"),
        ("c2", "Ash", "old"),
    ]
    assert {shot.subjects[0].character for shot in board.shots} == {"c1"}
    assert [shot.subjects[1].character for shot in board.shots if len(shot.subjects) > 1] == ["c2"] * 3
    assert [line.split(".")[0] for scene in board.scenes for line in [scene.shots[0].line]] == [
        f"Act {number}" for number in (1, 1, 2, 2, 3, 3, 4, 4)
    ]


def test_every_act_knows_what_came_before():
    """The title, the cast and the latest lines; the first opens, the last ends."""
    chat = ScriptedChat(*(act(number) for number in (1, 2, 3, 4)))

    written(chat, LONG)

    asked = [question.turns[0].text for question in chat.asked]
    assert "Write act 1 only: it alone lasts 60 seconds. It opens the film" in asked[0]
    assert "What was written so far" not in asked[0]
    assert 'character "Ember": fox, small, red' in asked[1]
    assert "narration so far: Act 1." in asked[1]
    assert 'character "Ash": hare' in asked[3]
    assert "brings the film to its end" in asked[3]


def test_an_act_that_fails_leaves_its_time_to_the_others():
    """The film has the other three, and the report says which is missing."""
    bad = ["No."] * 5  # two rungs down, two repairs
    chat = ScriptedChat(act(1), *bad, act(3), act(4))

    done = written(chat, LONG)

    assert done.made_by == "scripted tiny"
    assert len(done.storyboard.scenes) == 6
    (fallback,) = done.fallbacks
    assert (fallback.subject, fallback.instead) == ("act 2 of 4", "the other acts take its time")


def test_where_less_than_half_is_written_the_builtin_writer_writes_all():
    """One act of four, then the server is gone: nobody wants a quarter of a story."""
    done = written(ScriptedChat(act(1), Unavailable("gone")), LONG)

    assert done.made_by == "builtin"
    assert done.storyboard == write(LONG)


def test_a_server_that_goes_away_is_not_asked_for_the_other_acts():
    """Two acts are there, and the report says that the other two are not."""
    chat = ScriptedChat(act(1), act(2), Unavailable("gone"))

    done = written(chat, LONG)

    assert len(chat.asked) == 3
    assert [one.subject for one in done.fallbacks] == ["act 3 of 4", "act 4 of 4"]


def test_a_script_is_divided_among_the_acts_word_for_word():
    """Whatever the model makes of it."""
    said = [f"This is sentence number {number} of the user's own script, as they wrote it." for number in range(30)]
    brief = Brief(prompt=" ".join(said), seconds=150, is_script=True)

    done = written(ScriptedChat(text(shots=6)), brief)

    assert done.made_by == "scripted tiny"
    assert " ".join(shot.line for shot in done.storyboard.shots if shot.line) == brief.prompt


def test_a_writer_that_cannot_be_reached_is_reported():
    """Under a version of its own, so that a storyboard kept from the built-in writer does not hide it."""
    writer = AbsentWriter(BuiltinWriter(), "ollama does not answer")

    done = anyio.run(writer.write, BRIEF)

    assert done.storyboard == write(BRIEF)
    assert done.fallbacks[0].reason == "ollama does not answer"
    assert writer.capability.version != BuiltinWriter().capability.version


def is_ours(board: Storyboard, brief: Brief) -> bool:
    """Whether nothing in *board* was the model's to choose."""
    return (
        board.bible.style == brief.style
        and board.bible.look == Look()
        and all(shot.source == "" and shot.seed == 0 and shot.frames is None for shot in board.shots)
        and Storyboard.model_validate_json(board.model_dump_json()) == board
    )


KEYS = ["title", "scenes", "shots", "line", "subjects", "characters", "setting", "source", "style"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(st.text(max_size=400) | JSON.map(json.dumps))
@settings(max_examples=200, deadline=None)
def test_any_answer_makes_a_film(answer):
    """A storyboard within the brief, or the built-in writer's: never an exception."""
    done = written(ScriptedChat(answer))

    assert is_ours(done.storyboard, BRIEF) or done.storyboard == write(BRIEF)
    assert bool(done.fallbacks) == (done.made_by == "builtin")


def mutated(value: object, draw) -> object:
    """*value* with something else in one place."""
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: mutated(value[key], draw)}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], mutated(value[index], draw), *value[index + 1 :]]
    return draw(JSON | st.just("../../etc/passwd") | st.just("https://x.example/a.png") | st.just(10**400))


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_good_answer_with_something_else_in_it_makes_a_film(data):
    """The nearer the answer is to a good one, the deeper it gets."""
    answer = mutated(board(), data.draw)

    done = written(ScriptedChat(json.dumps(answer)))

    assert is_ours(done.storyboard, BRIEF) or done.storyboard == write(BRIEF)


def test_a_script_is_spoken_without_its_markup():
    """Headings, speakers and Markdown are not said; without a script nothing has to be."""
    text = "# The keeper\n\n**A light turns.** Nobody sees it.\n\nThe keeper waits."

    assert script_of(Brief(prompt=text, is_script=True)) == ("A light turns.", "Nobody sees it.", "The keeper waits.")
    assert script_of(Brief(prompt=text)) is None


def listened(chat: ScriptedChat, brief: Brief = BRIEF) -> tuple[list[Storyboard], Written]:
    """What was told early, and what was written."""
    early: list[Storyboard] = []

    async def work() -> Written:
        return await LlmWriter(chat, BuiltinWriter(), RungMemory(None)).write(brief, early.append)

    return early, anyio.run(work)


def unspoken(board: Storyboard) -> list[object]:
    """All but lines, by scene: what pictures are made of."""
    return [
        scene.model_copy(update={"shots": tuple(shot.model_copy(update={"line": ""}) for shot in scene.shots)})
        for scene in board.scenes
    ]


def test_scenes_are_told_while_the_others_are_written():
    """Each once, all before it with it, as they are in the end."""
    early, done = listened(ScriptedChat(text(scenes=3)))

    assert [len(one.scenes) for one in early] == [1, 2, 3]
    for one in early:
        assert unspoken(one) == unspoken(done.storyboard)[: len(one.scenes)]
        assert (one.title, one.bible) == (done.storyboard.title, done.storyboard.bible)
        assert one.characters == done.storyboard.characters
    assert written(ScriptedChat(text(scenes=3))) == done


def test_the_scenes_of_every_act_are_told():
    """With the ids, cast and numbers of the whole film."""
    early, done = listened(ScriptedChat(*(act(number) for number in (1, 2, 3, 4))), LONG)

    assert [len(one.scenes) for one in early] == [1, 2, 3, 4, 5, 6, 7, 8]
    for one in early:
        assert unspoken(one) == unspoken(done.storyboard)[: len(one.scenes)]


def test_scenes_beyond_an_acts_share_are_told_as_they_end():
    """The limit of the whole film holds from its first act on: what is told after it moves no id."""
    many = json.dumps(board(scenes=13, shots=2))

    early, done = listened(ScriptedChat(many, act(2), act(3), act(4)), LONG)

    first_of_second = next(one for one in early if len(one.scenes) == 11)
    assert unspoken(first_of_second)[:11] == unspoken(done.storyboard)[:11]


def test_a_repaired_answer_is_told_again():
    """From its first scene: what was told before was a guess."""
    silent = board(scenes=1)
    for shot in silent["scenes"][0]["shots"]:
        shot["line"] = ""

    early, done = listened(ScriptedChat(json.dumps(silent), text()))

    assert [len(one.scenes) for one in early] == [1, 1, 2]
    assert unspoken(early[-1]) == unspoken(done.storyboard)


@pytest.mark.parametrize("error", [Unavailable("the painter is down"), ValueError("7")], ids=str)
def test_what_the_listener_raises_is_raised(error):
    """It is no failure of the model, even where it looks like one."""

    def fails(_: Storyboard) -> None:
        raise error

    async def work() -> Written:
        return await LlmWriter(ScriptedChat(text()), BuiltinWriter(), RungMemory(None)).write(BRIEF, fails)

    with pytest.raises(type(error), match=str(error)):
        anyio.run(work)


def test_a_slow_stream_has_its_share_of_the_deadline():
    """As a slow answer has."""
    brief = BRIEF.model_copy(update={"deadline_s": 0.5})

    early, done = listened(ScriptedChat(forever), brief)

    assert (early, done.made_by) == ([], "builtin")


def test_the_built_in_writer_tells_nothing():
    """All of it is there at once, from a stand-in, too."""
    told: list[Storyboard] = []

    for writer in (BuiltinWriter(), AbsentWriter(BuiltinWriter(), "gone")):
        assert anyio.run(writer.write, BRIEF, told.append).storyboard == write(BRIEF)
    assert told == []


def test_all_answers_are_counted_the_useless_ones_too():
    """Two faulty ones and a good one, of 100 tokens in and 10 out each; also where nothing came of it."""
    assert written(ScriptedChat("no", "{}", text())).tokens_in == 300
    failed = written(ScriptedChat("I am a teapot."))

    assert failed.made_by == "builtin"
    assert failed.tokens_in >= 300
    assert failed.tokens_out * 10 == failed.tokens_in


def paid_by(chat: ScriptedChat, brief: Brief, limit_usd: float, folder: Path) -> tuple[Written, MoneyReport]:
    """What *chat*, standing far away, writes for at most *limit_usd*, at the price of a model that nobody knows."""
    chat.base_url = "https://llm.example/v1"
    with Ledger(folder / "ledger.sqlite").purse("film", limit_usd, now_s=lambda: 0.0) as purse:
        done = anyio.run(LlmWriter(chat, BuiltinWriter(), RungMemory(None), purse=purse).write, brief)
        return done, purse.report


def test_a_storyboard_says_what_it_cost(tmp_path):
    """As the ledger does."""
    done, money = paid_by(ScriptedChat(text()), BRIEF, 1.0, tmp_path)

    assert (done.made_by, done.cost_usd) == ("scripted tiny", pytest.approx(100 * 15e-6 + 10 * 75e-6))
    assert (money.spent_usd, money.tokens_out) == (done.cost_usd, 10)


def test_a_film_without_money_for_a_writer_is_written_by_the_builtin_one(tmp_path):
    """Nothing is sent, and the fallback names the limit."""
    chat = ScriptedChat(text())

    done, money = paid_by(chat, BRIEF, 0.05, tmp_path)

    assert (chat.asked, done.made_by, done.cost_usd, money.spent_usd) == ([], "builtin", 0, 0)
    assert "the film's limit of $0.05" in done.fallbacks[-1].reason


def costly(opening: str) -> Answer:
    return Answer(text(opening=opening), tokens_in=5_000, tokens_out=3_000)  # $0.30


def test_acts_stop_where_the_money_ends_and_what_was_written_counts(tmp_path):
    """Three of four acts are paid for; the last one's time goes to them, and the report says why."""
    chat = ScriptedChat(*(costly(opening) for opening in ("One. ", "Two. ", "Three. ", "Four. ")))

    done, money = paid_by(chat, LONG, 1.1, tmp_path)

    assert done.made_by == "scripted tiny"
    assert len(chat.asked) == 3
    assert money.spent_usd == pytest.approx(0.9)
    assert money.spent_usd <= money.limit_usd
    (fallback,) = done.fallbacks
    assert fallback.subject == "act 4 of 4"
    assert "limit of $1.10" in fallback.reason


def test_acts_that_a_killed_run_paid_for_are_not_paid_again(tmp_path):
    """The second run asks for the acts that are missing only, and counts the others' money once."""

    async def die(question: object) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        paid_by(ScriptedChat(costly("One. "), costly("Two. "), die), LONG, 3.0, tmp_path)
    rest = ScriptedChat(costly("Three. "), costly("Four. "))

    done, money = paid_by(rest, LONG, 3.0, tmp_path)

    assert len(rest.asked) == 2
    assert done.fallbacks == ()
    assert done.tokens_in == 20_000
    assert money.spent_usd - money.uncertain_usd == pytest.approx(1.2)
    assert 0 < money.uncertain_usd < 0.8, "the question that was out when it died may have been charged"
