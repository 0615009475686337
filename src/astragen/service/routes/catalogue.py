"""Who and what can be chosen: providers, voices with samples, styles with examples, and the limits of an order."""

from __future__ import annotations

from functools import partial
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from astragen.model.job import METADATA_MAX
from astragen.model.vocabulary import Mood
from astragen.pipeline.elsewhere import Elsewhere
from astragen.plan.picture_words import styles
from astragen.providers.catalogue import catalogue
from astragen.providers.voice_list import builtin_variants, speaks, voices
from astragen.runtime.pool import WorkerPool
from astragen.service.access import Reader
from astragen.service.house import TheHouse
from astragen.service.problems import Place, Refusal, errors
from astragen.service.routes.hooks import HOOKS_MAX
from astragen.service.samples import samples_of
from astragen.service.sending import sent
from astragen.service.shapes.catalogue import (
    Limits,
    ProviderList,
    StyleList,
    StyleView,
    VoiceList,
    VoiceView,
)
from astragen.service.shapes.common import Words
from astragen.service.shapes.film import FilmOrder

if TYPE_CHECKING:
    from astragen.media.style_example import write_example
else:  # whoever serves the API paints nothing
    write_example = Elsewhere("astragen.media.style_example", "write_example")

TEXT_MAX: Final = 200  # characters of a sample
TEXT: Final = "One, two, three. This is how I sound."

router = APIRouter(prefix="/v1", tags=["catalogue"])

_TAG: Final = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
Language = Annotated[str, Query(pattern=_TAG, max_length=35, description="BCP 47 tag.", examples=["pt-BR"])]


def _file(media_type: str, what: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that sends a file of *media_type*."""
    body = {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}
    return {
        200: {"description": what, **body},
        206: {"description": "A part of it.", **body},
        304: {"description": "It is what If-None-Match names."},
        307: {"description": "It is at the address in Location, for five minutes."},
    }


@router.get("/providers", summary="List the providers")
async def providers(house: TheHouse, _: Reader) -> ProviderList:
    """Every writer, artist, camera and voice that is installed, with its price, and what it needs to be ready.

    Keys are shown to nobody. Nobody is asked; servers on the service's machine are looked for.
    """
    kept = await house.run(house.settings.keys.names)
    return ProviderList(data=await catalogue(house.settings.access_to, kept=kept))


@router.get("/voices", summary="List the voices", responses=errors(422))
async def listed_voices(house: TheHouse, _: Reader, language: Language | None = None) -> VoiceList:
    """The voices that can be chosen, or those that speak *language*; of some providers only the usual one is known."""
    found = await house.run(lambda: list(voices(language or "")))
    own = set(builtin_variants())
    return VoiceList(
        data=[
            VoiceView(
                voice=one.wish,
                about=one.about,
                languages=list(one.languages),
                sample=f"/v1/voices/{one.wish}/sample" if one.wish in own else None,
            )
            for one in found
        ]
    )


@router.get(
    "/voices/{voice}/sample",
    summary="Hear a voice",
    responses=errors(404, 412, 416, 422) | _file("audio/wav", "A WAV file: mono, 48 kHz, 32-bit floats."),
    response_class=StreamingResponse,
)
async def sample(
    request: Request,
    house: TheHouse,
    _: Reader,
    voice: Annotated[str, Path(max_length=64, examples=["builtin:f3"])],
    language: Language = "en",
    text: Annotated[Words, Query(min_length=1, max_length=TEXT_MAX, description="What is said.")] = TEXT,
) -> Response:
    """A built-in voice saying *text*. Voices of providers are not heard here: they may charge."""
    if voice not in builtin_variants():
        said = f"Only built-in voices have samples: {', '.join(builtin_variants())}."
        raise Refusal(404, "voice.no_sample", said)
    if not await house.run(speaks, language):
        said = f'The built-in voice does not speak "{language}".'
        raise Refusal(422, "input.invalid", said, errors=[Place(parameter="query.language", detail=said)])
    if not any(letter.isalnum() for letter in text):
        said = "The text has no letter that could be said."
        raise Refusal(422, "input.invalid", said, errors=[Place(parameter="query.text", detail=said)])

    async def speak(path: FilePath) -> None:
        from astragen.face import say  # here: it brings the whole pipeline

        await say(text, path, voice=voice, language=language, mood=Mood.CALM, settings=house.settings)

    making = samples_of(request).of(house, (voice, language, text), speak, suffix=".wav", media_type="audio/wav")
    return await sent(request, house, await making, f"{voice.replace(':', '-')}-{language}.wav")


@router.get("/styles", summary="List the styles")
async def listed_styles(_: Reader) -> StyleList:
    """The styles that the painter knows. `style` takes other words, too: artists draw by them."""
    return StyleList(
        data=[
            StyleView(
                name=name, about=row.medium, details=row.details, example=f"/v1/styles/{name.replace(' ', '_')}/example"
            )
            for name, row in styles().items()
        ]
    )


@router.get(
    "/styles/{style}/example",
    summary="See a style",
    responses=errors(404, 412, 416) | _file("image/jpeg", "A picture of 640x360 pixels."),
    response_class=StreamingResponse,
)
async def example(
    request: Request,
    house: TheHouse,
    _: Reader,
    style: Annotated[str, Path(max_length=64, examples=["watercolour"])],
) -> Response:
    """The same view in every style, as the built-in painter paints it."""
    name = style.replace("_", " ")
    if name not in styles():
        raise Refusal(404, "style.not_found", f"The styles are {', '.join(styles())}.")
    making = samples_of(request).of(
        house, ("style", name), partial(_paint, name), suffix=".jpg", media_type="image/jpeg"
    )
    return await sent(request, house, await making, f"{style}.jpg")


@router.get("/limits", summary="See the limits of an order")
async def limits(house: TheHouse, _: Reader) -> Limits:
    """The range of every field of a film, as JSON Schema has it, and how much may be kept here."""
    fields = FilmOrder.model_json_schema()["properties"]
    plain = {name: field for name, field in fields.items() if "$ref" not in str(field)}  # a storyboard is not one range
    return Limits(
        brief=plain,
        upload_max_bytes=house.settings.upload_max_bytes,
        upload_quota_bytes=house.settings.upload_quota_bytes,
        metadata_max=METADATA_MAX,
        webhook_endpoints_max=HOOKS_MAX,
        sample_text_max=TEXT_MAX,
    )


async def _paint(style: str, path: FilePath) -> None:
    """Paint *style* in a process that is gone afterwards."""
    pool = WorkerPool(1)
    try:
        await pool.compute(write_example, style, path)
    finally:
        await pool.aclose()
