"""Frames of a painted scene under its camera move."""

from __future__ import annotations

from typing import Protocol

from astragen.builtin.painter.paint import paint
from astragen.model.planes import Planes
from astragen.model.recipe import Recipe
from astragen.model.segment import Profile
from astragen.model.view import View
from astragen.plan.motion import view_at
