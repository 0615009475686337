from __future__ import annotations

import json

import anyio
import pytest

from astragen.errors import BadOutput, ContentRefused, QuotaExceeded, RateLimited, Unavailable
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.plan.wire import WireResult
from astragen.providers.chat import Answer, Rung, RungRefused
from astragen.providers.ladder import FAULTS_MAX, Prompt, Told, ask_storyboard, words
from astragen.providers.rungs import RungMemory
from scripted_chat import ScriptedChat

PROMPT = Prompt(
    "Write.", "A fox.", {"type": "object", "properties": {"title": {"type": "string"}}}, "storyboard", shots=4, seed=7
)
GOOD = '{"title": "Fox"}'
REFUSED = RungRefused("response_format is not supported")


def reading(answer: object) -> WireResult:
    """A storyboard of the answer's title; 20 faults without one."""
    title = answer.get("title") if isinstance(answer, dict) else None
    if not title:
        return WireResult(None, tuple(f"title: is missing ({number})" for number in range(20)))
    return WireResult(Storyboard(title=title, scenes=(Scene(id="s1", setting="sea", shots=(Shot(id="s1-1"),)),)))


def ask(chat: ScriptedChat, memory: RungMemory | None = None) -> Told:
    async def asked() -> Told:
        return await ask_storyboard(chat, PROMPT, memory or RungMemory(None), reading=reading)

    return anyio.run(asked)


def rungs(chat: ScriptedChat) -> list[Rung]:
    return [question.rung for question in chat.asked]


def test_a_good_answer_needs_one_question():
    """On the strict rung, where the schema travels as such and not in words."""
    chat = ScriptedChat(GOOD)

    told = ask(chat)

    assert (told.storyboard.title, told.rung, told.tokens_in, told.tokens_out) == ("Fox", Rung.STRICT, 100, 10)
    (question,) = chat.asked
    assert (question.system, question.schema, question.seed) == ("Write.", PROMPT.schema, 7)
    assert [turn.text for turn in question.turns] == ["A fox."]


def test_an_answer_that_is_asked_for_again_has_another_seed():
    """llama.cpp repeats itself to the letter with the same one; a rung that was refused gave no answer."""
    chat = ScriptedChat(REFUSED, "{}", "{}", GOOD)

    ask(chat)

    assert [question.seed for question in chat.asked] == [7, 7, 8, 9]


def test_a_rung_that_the_server_refuses_is_left_at_once():
    """Below the strict one the schema stands in the system prompt, and the word JSON with it."""
    chat = ScriptedChat(REFUSED, REFUSED, GOOD)

    told = ask(chat)

    assert rungs(chat) == [Rung.STRICT, Rung.JSON, Rung.PROMPT]
    assert told.rung is Rung.PROMPT
    assert json.dumps(PROMPT.schema, separators=(",", ":")) in chat.asked[1].system
    assert "JSON" in chat.asked[1].system


@pytest.mark.parametrize("ignoring", ["Once upon a time there was a fox.", "[1, 2]"], ids=["prose", "a list"])
def test_an_answer_that_ignores_the_schema_leads_a_rung_down(ignoring):
    """A server that takes a schema and does nothing with it; the talk starts anew."""
    chat = ScriptedChat(ignoring, ignoring, GOOD)

    told = ask(chat)

    assert rungs(chat) == [Rung.STRICT, Rung.JSON, Rung.PROMPT]
    assert len(chat.asked[2].turns) == 1
    assert (told.tokens_in, told.tokens_out) == (300, 30)


def test_an_object_of_another_form_leads_down_to_the_schema_in_words_only():
    """There the model has seen the form, and gets its faults."""
    chat = ScriptedChat('{"name": "Fox"}', '{"name": "Fox"}', GOOD)

    ask(chat)

    assert rungs(chat) == [Rung.STRICT, Rung.JSON, Rung.JSON]


def test_the_rung_that_works_is_where_the_next_talk_begins():
    """One question instead of three."""
    memory = RungMemory(None)
    ask(ScriptedChat(REFUSED, REFUSED, GOOD), memory)
    chat = ScriptedChat(GOOD)

    ask(chat, memory)

    assert rungs(chat) == [Rung.PROMPT]


def test_faults_go_back_with_the_answer_that_has_them():
    """As many as a small model can hold, on the same rung."""
    chat = ScriptedChat('{"title": ""}', GOOD)

    told = ask(chat)

    assert told.storyboard.title == "Fox"
    first, echo, repair = chat.asked[1].turns
    assert (first.text, echo) == ("A fox.", ("assistant", '{"title": ""}'))
    assert repair.text.count("title: is missing") == FAULTS_MAX
    assert rungs(chat) == [Rung.STRICT, Rung.STRICT]


def test_two_repairs_are_all():
    """The error has the first fault, and names the model."""
    chat = ScriptedChat('{"title": null}')

    with pytest.raises(BadOutput, match=r'scripted "tiny" gave no storyboard in 3 answers: title: is missing \(0\)'):
        ask(chat)

    assert len(chat.asked) == 3


def test_the_worst_model_is_asked_five_times():
    """Two rungs down, two repairs: then it is enough."""
    chat = ScriptedChat("I would rather not.")

    with pytest.raises(BadOutput, match="holds no JSON object"):
        ask(chat)

    assert rungs(chat) == [Rung.STRICT, Rung.JSON, Rung.PROMPT, Rung.PROMPT, Rung.PROMPT]


def test_an_answer_that_was_cut_off_is_asked_for_once_more_shorter():
    """On the same rung, in a new talk that says how many shots."""
    chat = ScriptedChat(Answer('{"title": "F', "length"), GOOD)

    told = ask(chat)

    assert told.storyboard.title == "Fox"
    (turn,) = chat.asked[1].turns
    assert "at most 4 shots" in turn.text
    assert turn.text.startswith("A fox.")
    assert rungs(chat) == [Rung.STRICT, Rung.STRICT]


def test_an_answer_at_the_limit_that_is_whole_is_taken():
    """Some servers say "length" after a complete object."""
    chat = ScriptedChat(Answer(GOOD, "length"))

    assert ask(chat).storyboard.title == "Fox"


def test_answers_that_are_always_cut_off_come_to_an_end():
    """Shortened once, repaired twice."""
    chat = ScriptedChat(Answer('{"title": "F', "length"))

    with pytest.raises(BadOutput, match="cut off inside the text"):
        ask(chat)

    assert len(chat.asked) == 4


@pytest.mark.parametrize(("finish", "what"), [("refused", "refused the request: No."), ("filtered", "filtered")])
def test_a_refusal_is_final(finish, what):
    """The model said no; asking again is no way."""
    chat = ScriptedChat(Answer("No.", finish))

    with pytest.raises(ContentRefused, match=what) as raised:
        ask(chat)

    assert len(chat.asked) == 1
    assert raised.value.provider == "scripted"


def test_a_server_that_refuses_even_plain_requests_is_named():
    """There is no rung below."""
    with pytest.raises(BadOutput, match='refuses even a plain request to "tiny"'):
        ask(ScriptedChat(REFUSED))


def test_what_the_provider_raises_is_raised():
    """A server that is down is the writer's business."""
    with pytest.raises(Unavailable):
        ask(ScriptedChat(Unavailable("down")))


def test_words_of_others_are_not_read_for_blanks():
    """An instruction that looks like a blank stays what it is."""
    assert "- {mark} {faults}" in words("repair", faults="- {mark} {faults}")


def heard(chat: ScriptedChat) -> tuple[list[str], Told]:
    """What was heard of each answer, and the outcome."""
    answers: list[str] = []

    def hearing():
        answers.append("")

        def hear(words: str) -> None:
            answers[-1] += words

        return hear

    async def asked() -> Told:
        return await ask_storyboard(chat, PROMPT, RungMemory(None), reading=reading, hearing=hearing)

    return answers, anyio.run(asked)


def test_every_answer_is_heard_as_it_comes():
    """A repaired one by somebody new."""
    answers, told = heard(ScriptedChat('{"title": ""}', GOOD))

    assert answers == ['{"title": ""}', GOOD]
    assert (told.storyboard.title, told.tokens_out) == ("Fox", 20)


@pytest.mark.parametrize("error", [Unavailable("cut"), RateLimited("slow down"), BadOutput("no JSON")], ids=str)
def test_an_answer_that_breaks_off_is_asked_for_in_one_piece(error):
    """On the same rung, with the same question."""
    chat = ScriptedChat(GOOD, breaks=error)

    answers, told = heard(chat)

    assert told.storyboard.title == "Fox"
    assert len(answers) == chat.streams == 1
    assert chat.asked[0] == chat.asked[1]


@pytest.mark.parametrize("error", [ContentRefused("no"), QuotaExceeded("pay")], ids=str)
def test_a_no_in_the_middle_is_a_no(error):
    """Asking again would cost, and help nobody."""
    chat = ScriptedChat(GOOD, breaks=error)

    with pytest.raises(type(error)):
        heard(chat)
    assert len(chat.asked) == 1


def test_nobody_who_never_began_is_asked_twice():
    """The client has tried as often as makes sense."""
    chat = ScriptedChat(Unavailable("gone"))

    with pytest.raises(Unavailable):
        heard(chat)
    assert len(chat.asked) == 1


def test_without_a_listener_nothing_comes_in_pieces():
    """One answer in one piece can be tried again as a whole."""
    chat = ScriptedChat(GOOD)

    ask(chat)

    assert chat.streams == 0
