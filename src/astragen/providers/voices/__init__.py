"""Voices, one file each: it ends with `VOICE = ...`."""
