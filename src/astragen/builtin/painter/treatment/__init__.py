"""Treatments: a style redraws the developed picture as paint, ink, print or film.

`styles` has the doorway: which style words mean, its grade, its treatment. A family of
looks is one module; what they share is `tones`, `flatten`, `lines`, `paper`, `strokes`.
"""

from astragen.builtin.painter.finish import Treatment
from astragen.builtin.painter.treatment.styles import grade_for, style_for, treatment_for

__all__ = ["Treatment", "grade_for", "style_for", "treatment_for"]
