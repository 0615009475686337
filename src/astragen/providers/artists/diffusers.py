"""Diffusion models in this process: stills by any text-to-image pipeline of diffusers, clips by LTX and Wan.

Needs the extra `local`, whose packages are imported when the first picture is made. The model is a folder or a
hub id whose files are here; nothing is downloaded unless the user says so. It works in a thread, one picture at a
time, and stops at its next step when nobody waits any more: a process of its own would load the model again for
each film, and providers start none. The same seed gives the same picture on the same machine.

kind: artist, camera
key: none
docs: https://huggingface.co/docs/diffusers
price: none
limits: the machine's memory and speed
read: 2026-11-30
"""

from __future__ import annotations

import inspect
import io
import json
import threading
from collections.abc import Callable, Mapping
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

import anyio
import anyio.to_thread
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from astragen.errors import BadOutput, ContentRefused, ProviderError, SettingsError, Unavailable
from astragen.model.base import content_hash
from astragen.model.capability import ArtistCapability, known_artists
from astragen.model.requests import PicturePrompt, PictureRequest
from astragen.providers.access import Access
from astragen.providers.shooting import Media, Picture, PictureProvider, Wanted
from astragen.providers.vendor import Options
from astragen.providers.workflow import frames_of

PACKAGES: Final = ("torch", "diffusers", "transformers")
STILL_PIXELS: Final = 1_048_576  # of a model that does not state its size; what recent ones are trained on
CLIP_PIXELS: Final = 832 * 480  # Wan's own size (facts 4.4); LTX's is 704x512
LATENT_PX: Final = 8  # pixels that one sample of a latent stands for, each way
FPS: Final = 16  # Wan's; LTX states its own
CRF: Final = 12  # H.264; nothing of it is to be seen once the clip is conformed

_FROM_PICTURE: Final = {"LTXPipeline": "LTXImageToVideoPipeline"}  # the same parts serve both
_FULL: Final = ("out of memory", "not enough memory", "can't allocate memory", "cannot allocate memory")


class DiffusersOptions(Options):
    """What a user may set of local models; what is left out is as the pipeline has it."""

    timeout_s: float = Field(3_600.0, ge=0.1, le=86_400, description="The longest wait for one picture or clip.")
    model: str = Field("", max_length=4_096, description="Folder of a pipeline in diffusers' format, or its hub id.")
    download: bool = Field(False, description="Fetch the model from the hub when it is not here.")
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    offload: bool = Field(False, description="Keep only the part that works on the GPU; slower. Needs accelerate.")
    steps: int | None = Field(None, ge=1, le=200)
    guidance: float | None = Field(None, ge=0, le=30, description="How closely the prompt is followed.")
    pixels_max: int | None = Field(None, ge=1_024, le=16_777_216, description="Width times height.")
    fps: int | None = Field(None, ge=1, le=60, description="Of clips; null: the model's own.")


class _Stopped(Exception):
    """Nobody waits for the picture any more."""


class _Diffusers(PictureProvider):
    """What stills and clips share."""

    capability: ArtistCapability
    default_base_url = "http://localhost"  # nobody is asked
    needs_key = False
    is_local = True
    Options = DiffusersOptions
    pixels: ClassVar[int]

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready; nothing is loaded. See `Vendor`.

        Raises:
            SettingsError: as `Vendor` says; also without a model, or without the extra `local`.
        """
        super().__init__(access, options)
        self.model = access.model or self.options.model
        if not self.model:
            message = "diffusers needs a model."
            raise SettingsError(message, hint="Give the option model the folder of one, in diffusers' format.")
        missing = [name for name in PACKAGES if find_spec(name) is None]
        if missing:
            message = f"diffusers needs packages that are not installed: {', '.join(missing)}."
            raise SettingsError(message, hint="Install them: pip install 'astragen[local]'.")
        self._next = anyio.Lock()  # jobs wait here, where none of them holds a thread
        self._turn = threading.Lock()  # a job that was given up may still be at its last step
        self._pipeline: Any = None

    @property
    def card(self) -> ArtistCapability:
        """What it can do: as many pixels as the model was made for, unless an option says otherwise."""
        pixels = self.options.pixels_max or own_pixels(Path(self.model)) or self.pixels
        made_with = content_hash(self.model + self.options.model_dump_json(exclude={"timeout_s", "download"}))[:12]
        changes = {
            "model": self.model,
            "size": self.capability.size.model_copy(update={"pixels_max": pixels}),
            "version": f"{self.capability.version}-{made_with}",
        }
        return self.capability.model_copy(update=changes)

    def price_usd(self, request: PictureRequest) -> float:
        """Nothing."""
        return 0.0

    async def submit(self, wanted: Wanted) -> Media:
        """Return the picture or clip; cancelling stops the work at its next step.

        Raises:
            ContentRefused: the model's own safety checker.
            Unavailable: it took too long.
            ProviderError: the model cannot be loaded, or memory does not suffice.
        """
        async with self._next:
            stop = threading.Event()
            try:
                with anyio.fail_after(self.options.timeout_s):
                    return await anyio.to_thread.run_sync(self._shot, wanted, stop, abandon_on_cancel=True)
            except TimeoutError as error:
                message = f"{self.model} took longer than {self.options.timeout_s:g} s over one picture."
                raise Unavailable(
                    message, hint="Raise the option timeout_s, or lower steps.", provider="diffusers"
                ) from error
            finally:
                stop.set()

    def _shot(self, wanted: Wanted, stop: threading.Event) -> Media:
        """The picture or clip, made in this thread."""
        with self._turn:
            prompt = wanted.request.prompt
            try:
                if stop.is_set():
                    raise _Stopped
                self._pipeline = self._pipeline or self._loaded()
                return self.shot(self._pipeline, wanted, stop)
            except ProviderError:
                raise
            except _Stopped as error:
                raise Unavailable("diffusers was stopped.", provider="diffusers") from error
            except Exception as error:  # whatever a model's code raises
                raise self._failed(error, f"{prompt.width}x{prompt.height}") from error

    def shot(self, pipeline: Any, wanted: Wanted, stop: threading.Event) -> Media:  # noqa: ANN401 - of an extra
        """What *pipeline* makes of what is wanted."""
        raise NotImplementedError

    def opened(self, diffusers: Any, how: Mapping[str, Any]) -> Any:  # noqa: ANN401 - of an extra
        """The pipeline, read with the arguments *how*."""
        raise NotImplementedError

    def _loaded(self) -> Any:  # noqa: ANN401 - of an extra
        """The pipeline, ready on its device.

        Raises:
            ProviderError: the model is larger than the memory that is free.
        """
        check_memory(self.model, weight(Path(self.model)), free_memory())
        for name in ("transformers", "diffusers"):  # in this order: the second imports the first and lets it talk
            logging = import_module(name).utils.logging
            logging.set_verbosity_error()
            logging.disable_progress_bar()
        torch, diffusers = import_module("torch"), import_module("diffusers")
        device = self._device(torch)
        kind = getattr(torch, self._dtype(torch, device))
        # Weights in pickles could run code: safetensors only.
        how = {"dtype": kind, "local_files_only": not self.options.download, "use_safetensors": True}
        pipeline = self.opened(diffusers, how)
        pipeline.set_progress_bar_config(disable=True)
        if self.options.offload and device != "cpu":
            pipeline.enable_model_cpu_offload(device=device)
            return pipeline
        return pipeline.to(device)

    def _device(self, torch: Any) -> str:  # noqa: ANN401 - of an extra
        if self.options.device != "auto":
            return str(self.options.device)
        if torch.cuda.is_available():
            return "cuda"
        return "mps" if torch.backends.mps.is_available() else "cpu"

    def _dtype(self, torch: Any, device: str) -> str:  # noqa: ANN401 - of an extra
        if self.options.dtype != "auto":
            return str(self.options.dtype)
        if device == "cpu":
            return "float32"
        return "bfloat16" if device == "cuda" and torch.cuda.is_bf16_supported() else "float16"

    def arguments(self, pipeline: Any, prompt: PicturePrompt, stop: threading.Event) -> dict[str, Any]:  # noqa: ANN401
        """What *pipeline* is called with, as far as it knows the names."""
        seed = 0 if prompt.seed is None else prompt.seed
        wished = {
            "prompt": prompt.text,
            "negative_prompt": prompt.negative or None,
            "width": prompt.width,
            "height": prompt.height,
            "num_inference_steps": self.options.steps,
            "guidance_scale": self.options.guidance,
            "generator": import_module("torch").Generator("cpu").manual_seed(seed),
            "callback_on_step_end": _stopping(stop),
        }
        known = parameters(pipeline)
        return {name: value for name, value in wished.items() if value is not None and name in known}

    def _failed(self, error: Exception, size: str) -> ProviderError:
        """The error of a model that could not be read or did not finish."""
        said = " ".join(str(error).split())[:200].removesuffix(".")
        is_full = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
        if is_full or any(word in said.lower() for word in _FULL):
            message = f"Memory did not suffice for a picture of {size} by {self.model}."
            return ProviderError(message, hint="Lower the option pixels_max, or set offload.", provider="diffusers")
        if self._pipeline is None:
            hint = "Give the folder of a pipeline with safetensors files, or set the option download for a hub id."
            message = f"diffusers cannot load {self.model}: {said}."
            return ProviderError(message, hint=hint, provider="diffusers")
        message = f"{self.model} failed at a picture of {size}: {type(error).__name__}: {said}."
        return ProviderError(message, hint="Choose another model.", provider="diffusers")


def _stopping(stop: threading.Event) -> Callable[..., dict[str, Any]]:
    """What a pipeline calls after each step: raises once *stop* is set."""

    def after_step(pipeline: object, step: int, time: object, values: dict[str, Any]) -> dict[str, Any]:
        if stop.is_set():
            raise _Stopped
        return values

    return after_step


def parameters(pipeline: Any) -> Mapping[str, inspect.Parameter]:  # noqa: ANN401 - of an extra
    """What *pipeline* can be called with."""
    return inspect.signature(type(pipeline).__call__).parameters


def own_pixels(folder: Path) -> int | None:
    """The area that the model in *folder* was made for, in pixels; None when it does not say."""
    for part in ("unet", "transformer"):
        try:
            told = json.loads((folder / part / "config.json").read_text("utf-8")).get("sample_size")
        except (OSError, ValueError, AttributeError):
            continue
        if isinstance(told, int) and told > 0:
            return (told * LATENT_PX) ** 2
    return None


def weight(folder: Path) -> int:
    """Bytes of the weights in *folder*; 0 for a hub id."""
    return sum(file.stat().st_size for file in folder.rglob("*.safetensors")) if folder.is_dir() else 0


def free_memory() -> int | None:
    """Bytes of memory that can be had without swapping, where the system says so (Linux)."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return None
    found = next((line.split()[1] for line in lines if line.startswith("MemAvailable:")), None)
    return int(found) * 1024 if found else None


def check_memory(model: str, needed: int, free: int | None) -> None:
    """Pass when weights of *needed* bytes can be read into *free* bytes, as far as is known.

    Reading more than there is would not fail: the system would end this program and the film with it.

    Raises:
        ProviderError: they cannot.
    """
    if free is not None and needed > free:
        message = f"{model} has {needed / 1e9:.1f} GB of weights, and {free / 1e9:.1f} GB of memory are free."
        raise ProviderError(message, hint="Close other programs, or choose a smaller model.", provider="diffusers")


class DiffusersArtist(_Diffusers):
    """Stills by a local model."""

    capability = known_artists()["diffusers"]
    pixels = STILL_PIXELS

    def opened(self, diffusers: Any, how: Mapping[str, Any]) -> Any:  # noqa: ANN401 - of an extra
        """The text-to-image pipeline."""
        return diffusers.AutoPipelineForText2Image.from_pretrained(self.model, **how)

    def shot(self, pipeline: Any, wanted: Wanted, stop: threading.Event) -> Media:  # noqa: ANN401 - of an extra
        """The picture, as PNG.

        Raises:
            ContentRefused: the model's safety checker blackened it.
        """
        made = pipeline(**self.arguments(pipeline, wanted.request.prompt, stop))
        if any(getattr(made, "nsfw_content_detected", None) or ()):
            message = f"The safety checker of {self.model} refused the picture of shot {wanted.request.shot}."
            raise ContentRefused(message, hint="Word the prompt differently.", provider="diffusers")
        file = io.BytesIO()
        made.images[0].save(file, format="PNG")
        return Media(file.getvalue(), "image/png", model=self.model)


class DiffusersCamera(_Diffusers):
    """Clips by a local image-to-video model."""

    capability = known_artists()["diffusers-video"]
    pixels = CLIP_PIXELS

    def opened(self, diffusers: Any, how: Mapping[str, Any]) -> Any:  # noqa: ANN401 - of an extra
        """The image-to-video pipeline.

        Raises:
            ProviderError: the model makes none.
        """
        told = diffusers.DiffusionPipeline.load_config(self.model, local_files_only=how["local_files_only"])
        saved = str(told.get("_class_name"))
        kind = getattr(diffusers, _FROM_PICTURE.get(saved, saved), None)
        known = inspect.signature(kind.__call__).parameters if isinstance(kind, type) else {}
        if kind is None or not {"image", "num_frames"} <= set(known):
            message = f"{self.model} makes no clips from pictures: it is a {saved[:80]}."
            raise ProviderError(message, hint="Choose an LTX or Wan image-to-video model.", provider="diffusers")
        return kind.from_pretrained(self.model, **how)

    def shot(self, pipeline: Any, wanted: Wanted, stop: threading.Event) -> Media:  # noqa: ANN401 - of an extra
        """The clip, as MP4 (H.264, without sound).

        Raises:
            ProviderError: there is no picture to start from.
            BadOutput: it made frames of no colour (NaN).
        """
        prompt = wanted.request.prompt
        if wanted.start is None:
            message = f"{self.model} starts from a picture, and shot {wanted.request.shot} has none."
            raise ProviderError(message, hint="Choose an artist, too.", provider="diffusers")
        known = parameters(pipeline)
        told = known["frame_rate"].default if "frame_rate" in known else FPS
        fps = self.options.fps or int(told)
        asked = {
            **self.arguments(pipeline, prompt, stop),
            "prompt": prompt.motion or prompt.text,
            "image": fitted(wanted.start, prompt.width, prompt.height),
            "num_frames": frames_of(prompt.seconds or 1.0, fps),
            "output_type": "np",
        }
        frames = np.asarray(pipeline(**asked, **({"frame_rate": fps} if "frame_rate" in known else {})).frames[0])
        if not np.isfinite(frames).all():
            message = f"{self.model} made frames that are no numbers."
            raise BadOutput(message, hint="Set the option dtype to float32 or bfloat16.", provider="diffusers")
        return Media(encoded((frames.clip(0, 1) * 255 + 0.5).astype(np.uint8), fps), "video/mp4", model=self.model)


def fitted(picture: Picture, width: int, height: int) -> Any:  # noqa: ANN401 - Pillow's, which loads when needed
    """*picture* as Pillow's, of exactly this size in pixels, its edges cropped to the shape."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(picture.data)) as opened:
        return ImageOps.fit(opened.convert("RGB"), (width, height), Image.Resampling.LANCZOS)


def encoded(frames: NDArray[np.uint8], fps: int) -> bytes:
    """*frames*, (n, height, width, 3) uint8 sRGB with even sides, as an MP4."""
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=Fraction(fps), options={"crf": str(CRF), "preset": "veryfast"})
        stream.height, stream.width, stream.pix_fmt = frames.shape[1], frames.shape[2], "yuv420p"
        for frame in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        out.mux(stream.encode())
    return file.getvalue()


ARTIST = DiffusersArtist
CAMERA = DiffusersCamera
