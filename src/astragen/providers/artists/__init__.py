"""Artists and cameras: one file a provider; each ends with `ARTIST = ...`, or `CAMERA = ...` where it makes clips."""
