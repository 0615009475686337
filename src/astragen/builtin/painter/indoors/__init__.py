"""Indoors: a room in metres, its shell and what stands in it, lit by its windows and lamps."""
