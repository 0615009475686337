"""Figures: what acts in the pictures.

`place.place` puts the subjects of a recipe on a stage: words become rows of a table
(`words`), rows become figures (`company` and the families: `people`, `beasts`, `bird`,
`sea`, `winged`, `plants`, `fire`, `thing`, `glyph`), those whose verbs join them become one
(`staging`, `pairs`, `ensemble`), and find their place (`layout`). What steps, flies or sways
is painted pose by pose (`ink`, `cycle`) and acts (`actor`); who stands, or is close, is cut
into pieces that move in their joints (`puppet`). To add a noun, add it to a row of
`data/painter/subjects.json`; to add a thing, draw it in `data/painter/figures/things.json`.
"""
