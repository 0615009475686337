"""Layouts: an idea without a place, as type, emblems, diagrams and charts.

`choice.LAYOUTS` names the module of each layout; `choice.suited` swaps a layout that its
items cannot fill for one they can. A layout is a function of a `desk.Desk`: it adds layers
inside the desk's `area`, which keeps clear of title, frame edges and captions. Things appear
one after another, and something goes on moving when all are there.
"""
