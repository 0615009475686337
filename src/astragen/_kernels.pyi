"""The optional C extension: the same function as its twin."""

from astragen.builtin.painter.twin import lay as lay
