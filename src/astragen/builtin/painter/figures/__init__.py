"""Figures: what acts in the pictures.

`place.place` puts the subjects of a recipe on a stage: words become rows of a table
(`words`), rows become figures (`company` and the families: `people`, `beasts`, `bird`,
`sea`, `winged`, `plants`, `fire`, `thing`, `glyph`), figures find their place (`layout`),
are painted pose by pose (`ink`, `cycle`) and act (`actor`). To add a noun, add it to a row
of `data/painter/subjects.json`; to add a thing, draw it in `data/painter/figures/things.json`.
"""
