"""Answers of a language model for tests: a good one, and parts to make worse ones of."""


def shot(line="The sea kept its secret for a hundred quiet years.", noun="keeper", **more):
    said = {
        "size": "wide",
        "angle": "eye",
        "lens": "normal",
        "move": "push_in",
        "subjects": [
            {
                "noun": noun,
                "phrase": f"an old {noun}",
                "count": 1,
                "action": "wait",
                "placement": "left",
                "character": "",
            }
        ],
        "action": "waits",
        "setting": "",
        "tableau": None,
        "transition": "cut",
        "line": line,
    }
    return said | more


def scene(*shots, **more):
    said = {
        "title": "The lamp",
        "setting": "lighthouse",
        "time_of_day": "dusk",
        "weather": "fog",
        "season": "autumn",
        "mood": "mysterious",
        "shots": list(shots),
    }
    return said | more


def answer(*scenes, **more):
    said = {
        "title": "The Lamp",
        "logline": "A keeper waits.",
        "intent": "story",
        "mood": "calm",
        "style_notes": "soft light",
        "characters": [],
        "scenes": list(scenes),
    }
    return said | more


LINES = (
    "Who lights a lamp for a ship that never comes?",
    "The keeper climbs the stairs because he promised.",
    "One night the fog answers him with a horn.",
    "And the light at last has somebody to bring home.",
)


def good(**more):
    """Four shots in two scenes, 37 words: right for 20 seconds."""
    shots = [shot(line, size=size) for line, size in zip(LINES, ("wide", "medium", "close", "full"), strict=True)]
    return answer(scene(*shots[:2]), scene(*shots[2:], setting="beach"), **more)
