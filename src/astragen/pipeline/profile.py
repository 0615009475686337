"""Which profile a film is encoded with: the one asked for, or what stands in for hardware that is not there."""

from __future__ import annotations

from astragen.errors import SettingsError
from astragen.media.profiles import fault_of
from astragen.model.brief import Brief
from astragen.model.profile import row
from astragen.model.segment import Profile
from astragen.model.take import Fallback
from astragen.pipeline.run import Run


async def settled(brief: Brief, run: Run) -> str:
    """Return the name of the first row that works here: that of *brief*, else what stands in for it, and so on.

    A worker process tries one frame, so that a driver that crashes takes nothing with it. H.264 by x264
    is in every build and takes every size; it is not tried.

    Raises:
        SettingsError: the profile does not work here, and nothing stands in for it.
    """
    name, faults = str(brief.profile), []
    while row(name).encoding.encoder != "libx264":
        profile = Profile(width=brief.width, height=brief.height, fps=brief.fps, encoding=row(name).encoding)
        fault = await run.compute(fault_of, profile, run.scratch / f"try{row(name).encoding.suffix}")
        if not fault:
            break
        faults.append(fault)
        if not row(name).instead:
            raise SettingsError(
                f'The profile "{brief.profile}" cannot be used: {fault}.',
                hint="Choose another with --profile, another size, or install a PyAV that has it.",
            )
        name = row(name).instead
    if row(brief.profile).is_hardware and not row(name).is_hardware:
        run.fall_back(Fallback(stage="profile", subject=brief.profile, reason="; ".join(faults), instead=name))
    return name
