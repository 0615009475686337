"""How one picture gives way to the next, on 4:2:0 planes: one module a family.

Every transition is a function (moment, before, after, out): a pure function of its
arguments, the same at any frame rate, on any size with even sides. At the ends of a
transition it shows very nearly *before* and *after*. `media/compositor.py` chooses;
`mixing.py` has what the families share. *out* is never one of the two pictures.
"""
