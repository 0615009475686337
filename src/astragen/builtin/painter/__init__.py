"""The painter: a recipe becomes layers, layers become frames that move.

Start reading at `paint.paint` (recipe -> scene) and `stage.Stage` (scene -> frames).
Rooms (`rooms/`) compose a place out of layers; figures (`figures/`) are what acts in it.
"""
