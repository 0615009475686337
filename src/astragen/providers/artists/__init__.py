"""Artists and cameras: one file a provider; each ends with `ARTIST = ...` and, where it makes clips, `CAMERA = ...`."""
