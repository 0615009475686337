"""The closed word lists of the grammar of film: what a field of a shot may say.

Free words (what is seen, where) are text; how it is seen is one of these.
"""

from __future__ import annotations

from enum import Enum


class Word(str, Enum):
    """A word of a closed list; its value is its JSON form."""

    def __str__(self) -> str:
        return str(self.value)


class Intent(Word):
    """What kind of film a prompt asks for."""

    STORY = "story"
    EXPLAINER = "explainer"
    PROMO = "promo"
    MOOD = "mood"


class ShotSize(Word):
    """How much of the subject the frame shows, widest first."""

    EXTREME_WIDE = "extreme_wide"
    WIDE = "wide"
    FULL = "full"
    MEDIUM = "medium"
    CLOSE = "close"
    EXTREME_CLOSE = "extreme_close"


class Angle(Word):
    """Where the camera stands relative to the subject's eyes."""

    EYE = "eye"
    LOW = "low"
    HIGH = "high"
    AERIAL = "aerial"


class Lens(Word):
    """Field of view: wide about 24 mm, normal about 40 mm, tele about 85 mm (full frame)."""

    WIDE = "wide"
    NORMAL = "normal"
    TELE = "tele"


class Move(Word):
    """How the camera moves during the shot."""

    STATIC = "static"
    PUSH_IN = "push_in"
    PULL_OUT = "pull_out"
    PAN_LEFT = "pan_left"
    PAN_RIGHT = "pan_right"
    TILT_UP = "tilt_up"
    TILT_DOWN = "tilt_down"
    TRUCK_LEFT = "truck_left"
    TRUCK_RIGHT = "truck_right"
    PEDESTAL_UP = "pedestal_up"
    PEDESTAL_DOWN = "pedestal_down"
    ORBIT = "orbit"
    HANDHELD = "handheld"
    WHIP_LEFT = "whip_left"  # a quick pan that begins late: leads into a whip transition
    WHIP_RIGHT = "whip_right"
    DOLLY_ZOOM = "dolly_zoom"  # forward while the lens widens: the subject keeps its size, the background recedes


class TimeOfDay(Word):
    """The light of the hour."""

    DAWN = "dawn"
    DAY = "day"
    GOLDEN = "golden"
    DUSK = "dusk"
    NIGHT = "night"


class Weather(Word):
    """What the air does."""

    CLEAR = "clear"
    CLOUDY = "cloudy"
    FOG = "fog"
    RAIN = "rain"
    STORM = "storm"
    SNOW = "snow"


class Season(Word):
    """The year's part; it colours plants and ground."""

    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"
    WINTER = "winter"


class Mood(Word):
    """What the viewer should feel: steers palette, pace and score."""

    HOPEFUL = "hopeful"
    CALM = "calm"
    JOYFUL = "joyful"
    MYSTERIOUS = "mysterious"
    TENSE = "tense"
    SAD = "sad"
    EPIC = "epic"
    CURIOUS = "curious"


class TransitionKind(Word):
    """How a shot follows the one before it."""

    CUT = "cut"
    DISSOLVE = "dissolve"
    DISSOLVE_LINEAR = "dissolve_linear"  # mixed in linear light: highlights win
    FADE = "fade"  # through black
    FADE_WHITE = "fade_white"  # through white
    WIPE_LEFT = "wipe_left"  # a soft edge that travels this way
    WIPE_RIGHT = "wipe_right"
    WIPE_UP = "wipe_up"
    WIPE_DOWN = "wipe_down"
    SLIDE_LEFT = "slide_left"  # the new picture slides over the old
    SLIDE_RIGHT = "slide_right"
    SLIDE_UP = "slide_up"
    SLIDE_DOWN = "slide_down"
    PUSH_LEFT = "push_left"  # the new picture pushes the old out
    PUSH_RIGHT = "push_right"
    PUSH_UP = "push_up"
    PUSH_DOWN = "push_down"
    IRIS = "iris"  # a circle that opens
    ZOOM = "zoom"  # through the old picture into the new
    BLUR = "blur"  # out of focus, and into it again
    INK = "ink"  # along a cloud of ink
    LIGHT_LEAK = "light_leak"
    GLITCH = "glitch"
    WHIP_LEFT = "whip_left"  # a smeared pan that matches both shots
    WHIP_RIGHT = "whip_right"


class Placement(Word):
    """Where a subject stands in the frame."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    FAR = "far"
    SKY = "sky"


class Layout(Word):
    """How a tableau (an idea without a place) is laid out."""

    TITLE = "title"  # kinetic type alone
    EMBLEM = "emblem"  # one big object and a line
    CONSTELLATION = "constellation"  # a hero ringed by icons
    FLOW = "flow"  # messages between two or more parties
    CYCLE = "cycle"  # steps that return to the first
    STEPS = "steps"  # numbered, in order
    COMPARE = "compare"  # two or three columns
    TIMELINE = "timeline"  # events on a line, in order
    HIERARCHY = "hierarchy"  # the first item over the others
    BARS = "bars"  # a bar for each of the values
    CURVE = "curve"  # the values as a line over the items
    BREAK = "break"  # something whole that breaks, or something broken that is made whole
    CLOCK = "clock"  # time that passes
    BALANCE = "balance"  # scales that weigh one item against another
    LADDER = "ladder"  # a climb, rung by rung, to a goal
