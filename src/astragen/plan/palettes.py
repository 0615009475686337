"""Which shots share a palette: those of one scene that are asked for under the same light.

Pictures of one place by an artist who saw none of the others differ in tint and brightness; in a row
they flicker. The first of them is the anchor of the others. Pure. Start reading at `palette_anchors`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from astragen.model.storyboard import Scene, Shot, Storyboard


def palette_anchors(storyboard: Storyboard, shots: Sequence[str]) -> Mapping[str, str]:
    """Return for each of *shots* (ids) that has one the shot whose palette it takes; anchors take nobody's.

    *shots*: those whose pictures artists make. Shots share a palette when they are of one scene and the
    storyboard asks for the same setting, time of day, weather, season, mood and colours: where it asks
    for another light, another light is meant.
    """
    wanted = set(shots)
    anchors: dict[str, str] = {}
    for scene in storyboard.scenes:
        first: dict[tuple[object, ...], str] = {}
        for shot in scene.shots:
            if shot.id in wanted:
                anchor = first.setdefault(_light(shot, scene), shot.id)
                if anchor != shot.id:
                    anchors[shot.id] = anchor
    return anchors


def _light(shot: Shot, scene: Scene) -> tuple[object, ...]:
    """What the storyboard says of how *shot* is lit; what it leaves out is its scene's."""
    return (
        (shot.setting or scene.setting).casefold(),
        shot.time_of_day or scene.time_of_day,
        shot.weather or scene.weather,
        shot.season or scene.season,
        shot.mood or scene.mood,
        tuple(colour.casefold() for colour in shot.palette),
    )
