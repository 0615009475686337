"""The requests of every wire to the byte, and what is read out of replies of any shape."""

from __future__ import annotations

import json

import pytest

from astragen.providers.anthropic import messages_answer, messages_body
from astragen.providers.chat import Answer, Question, Rung, Turn
from astragen.providers.gemini import generate_answer, generate_body
from astragen.providers.ollama import Ollama, ollama_answer, ollama_body
from astragen.providers.openai_chat import Dialect, chat_answer, chat_body, is_chat
from astragen.providers.wire import at, count_in, text_in

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}
SCHEMA_BYTES = '{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false}'
TURNS = (Turn("user", "A fox"), Turn("assistant", "{}"), Turn("user", "a is missing"))
QUESTION = Question("Be brief.", TURNS, SCHEMA, "S", Rung.STRICT, max_tokens=100, seed=7)
JSON_MODE, PROMPT = QUESTION._replace(rung=Rung.JSON), QUESTION._replace(rung=Rung.PROMPT)


def written(body: object) -> str:
    return json.dumps(body, separators=(",", ":"))


MESSAGES = (
    '{"role":"user","content":"A fox"},{"role":"assistant","content":"{}"},{"role":"user","content":"a is missing"}'
)
CHAT = f'{{"model":"m","stream":false,"messages":[{{"role":"system","content":"Be brief."}},{MESSAGES}]'
STRICT = (
    f'"response_format":{{"type":"json_schema","json_schema":{{"schema":{SCHEMA_BYTES},"name":"S","strict":true}}}}'
)


@pytest.mark.parametrize(
    ("question", "dialect", "rest"),
    [
        pytest.param(QUESTION, Dialect(), f',"max_tokens":100,"temperature":0.7,"seed":7,{STRICT}}}', id="strict"),
        pytest.param(
            JSON_MODE,
            Dialect(),
            ',"max_tokens":100,"temperature":0.7,"seed":7,"response_format":{"type":"json_object"}}',
            id="json",
        ),
        pytest.param(
            JSON_MODE,
            Dialect(json_mode_takes_schema=True),
            ',"max_tokens":100,"temperature":0.7,"seed":7,'
            f'"response_format":{{"type":"json_object","schema":{SCHEMA_BYTES}}}}}',
            id="llama.cpp_json",
        ),
        pytest.param(PROMPT, Dialect(), ',"max_tokens":100,"temperature":0.7,"seed":7}', id="prompt"),
        pytest.param(
            PROMPT,
            Dialect(limit="max_completion_tokens", takes_temperature=False),
            ',"max_completion_tokens":100,"seed":7}',
            id="openai",
        ),
        pytest.param(
            PROMPT, Dialect(seed="random_seed"), ',"max_tokens":100,"temperature":0.7,"random_seed":7}', id="mistral"
        ),
        pytest.param(
            PROMPT._replace(seed=None), Dialect(), ',"max_tokens":100,"temperature":0.7}', id="without_a_seed"
        ),
        pytest.param(
            PROMPT._replace(seed=2**64 + 5), Dialect(), ',"max_tokens":100,"temperature":0.7,"seed":5}', id="large_seed"
        ),
    ],
)
def test_the_openai_wire_to_the_byte(question, dialect, rest):
    """As the official client sends it (facts 2.6), with each server's own field names."""
    assert written(chat_body(question, "m", dialect)) == CHAT + rest


def test_the_anthropic_wire_to_the_byte():
    """As the official client sends it (facts, appendix A): no temperature, no seed."""
    start = f'{{"model":"m","max_tokens":100,"system":"Be brief.","messages":[{MESSAGES}]'

    assert written(messages_body(PROMPT, "m")) == start + "}"
    assert written(messages_body(QUESTION, "m")) == (
        f'{start},"output_config":{{"format":{{"schema":{SCHEMA_BYTES},"type":"json_schema"}}}}}}'
    )


def test_the_gemini_wire_to_the_byte():
    """As the official client sends it (facts, appendix A); the assistant is "model"."""
    contents = (
        '{"role":"user","parts":[{"text":"A fox"}]},{"role":"model","parts":[{"text":"{}"}]},'
        '{"role":"user","parts":[{"text":"a is missing"}]}'
    )
    start = f'{{"systemInstruction":{{"parts":[{{"text":"Be brief."}}]}},"contents":[{contents}],"generationConfig":'
    config = '{"maxOutputTokens":100,"temperature":0.7,"seed":7'
    mime = ',"responseMimeType":"application/json"'

    assert written(generate_body(PROMPT)) == f"{start}{config}}}}}"
    assert written(generate_body(JSON_MODE)) == f"{start}{config}{mime}}}}}"
    assert written(generate_body(QUESTION)) == f'{start}{config}{mime},"responseJsonSchema":{SCHEMA_BYTES}}}}}'


def test_the_ollama_wire_to_the_byte():
    """Its own API: /v1 cannot set the context's length."""
    options = '"options":{"num_ctx":9000,"num_predict":100,"temperature":0.7,"seed":7}'

    assert written(ollama_body(PROMPT, "m", 9000)) == f"{CHAT},{options}}}"
    assert written(ollama_body(JSON_MODE, "m", 9000)) == f'{CHAT},{options},"format":"json"}}'
    assert written(ollama_body(QUESTION, "m", 9000)) == f'{CHAT},{options},"format":{SCHEMA_BYTES}}}'


STRANGE = [None, 7, "x", [], {}, [[]], {"choices": 3}, {"choices": [None]}, {"choices": [{"message": []}]}]
STRANGE += [{"content": [3, {"type": "text"}]}, {"candidates": [{"content": {"parts": {"text": "x"}}}]}]
STRANGE += [{"message": {"content": {"text": "x"}}}, {"candidates": [{"finishReason": ["STOP"]}]}]


@pytest.mark.parametrize("read", [chat_answer, messages_answer, generate_answer, ollama_answer])
@pytest.mark.parametrize("reply", STRANGE, ids=str)
def test_any_reply_can_be_read(read, reply):
    """A shape that is not the wire's has no answer, and raises nothing."""
    assert read(reply) is None


@pytest.mark.parametrize(
    ("reason", "text", "answer"),
    [
        ("STOP", "hi", Answer("hi")),
        (None, "hi", Answer("hi")),
        ("MAX_TOKENS", "", Answer("", "length")),
        *((reason, "", Answer("", "filtered")) for reason in ("SAFETY", "PROHIBITED_CONTENT", "RECITATION", "NEW_ONE")),
        ("MALFORMED_RESPONSE", "hi", None),
        ("STOP", "", None),
    ],
)
def test_geminis_finishes(reason, text, answer):
    """What is no end, no limit and no fault is a filter: the vendor adds reasons over time."""
    candidate = {"content": {"parts": [{"text": text}]}, **({"finishReason": reason} if reason else {})}

    assert generate_answer({"candidates": [candidate]}) == answer


def test_a_blocked_prompt_is_filtered():
    """Gemini then sends no candidate at all."""
    assert generate_answer({"promptFeedback": {"blockReason": "SAFETY"}}) == Answer("", "filtered")


@pytest.mark.parametrize(
    ("choice", "answer"),
    [
        ({"message": {"content": "hi"}, "finish_reason": "tool_calls"}, Answer("hi")),
        ({"message": {"content": None, "refusal": "No."}, "finish_reason": "stop"}, Answer("No.", "refused")),
        ({"message": {"content": None}, "finish_reason": "length"}, Answer("", "length")),
        ({"message": {"content": [{"type": "thinking", "text": "h"}, {"type": "text", "text": "hi"}]}}, Answer("hi")),
        ({"message": {"content": ""}, "finish_reason": "stop"}, None),
        ({"message": {"content": "hi"}, "finish_reason": ["stop"]}, Answer("hi")),
    ],
)
def test_openais_finishes(choice, answer):
    """A refusal has a field of its own; Mistral's content may be parts."""
    assert chat_answer({"choices": [choice]}) == answer


def test_a_look_into_a_reply_allows_for_anything():
    """Names for objects, numbers for lists, and nothing else."""
    reply = {"a": [{"b": 5}], "0": 1}

    assert at(reply, "a", 0, "b") == 5
    assert at(reply, "a", -1, "b") == 5
    assert at(reply, "a", 1) is at(reply, 0) is at(reply, "a", "b") is at("text", 0) is None
    assert count_in(reply, "a", 0, "b") == 5
    assert [count_in({"n": value}, "n") for value in (True, -1, 2.5, "3", None)] == [0] * 5
    assert text_in([{"text": "a"}, {"text": "b", "thought": True}, {"text": "c"}]) == "ac"


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:11434"),
        ("localhost:9999", "http://localhost:9999"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:9999", "http://127.0.0.1:9999"),
        ("[::1]", "http://[::1]:11434"),
        ("https://gpu.example.test", "https://gpu.example.test"),
        ("http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434"),
        ("http://gpu/ollama", "http://gpu/ollama"),
    ],
)
def test_ollamas_host_in_all_its_forms(said, address):
    """OLLAMA_HOST also tells the server where to listen, so 0.0.0.0 means this machine."""
    assert Ollama.address(said) == address


@pytest.mark.parametrize(
    ("model", "talks"),
    [("qwen3:8b", True), ("nomic-embed-text", False), ("whisper-large", False), ("bge-m3", False), ("gemma3", True)],
)
def test_models_that_do_not_talk_are_known_by_name(model, talks):
    """The lists of local servers do not say it."""
    assert is_chat(model) is talks


def test_geminis_thoughts_are_counted_as_answers_are():
    """They are charged so, and stand in a field of their own."""
    counts = {"promptTokenCount": 12, "candidatesTokenCount": 5, "thoughtsTokenCount": 90}
    candidate = {"content": {"parts": [{"text": "yes"}]}, "finishReason": "STOP"}

    answer = generate_answer({"candidates": [candidate], "usageMetadata": counts})

    assert answer is not None
    assert (answer.tokens_in, answer.tokens_out) == (12, 95)
