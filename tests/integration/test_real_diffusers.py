"""Real diffusers pipelines with tiny random weights: opt-in, as the extra `local` weighs more than a gigabyte.

They are built here, without the hub, after section 4.4 of the fact sheet.
"""

from __future__ import annotations

import io
import json
import time
from functools import partial
from importlib.util import find_spec

import anyio
import av
import numpy as np
import pytest
from PIL import Image

from astragen.errors import ProviderError, SettingsError, Unavailable
from astragen.model.requests import PicturePrompt, PictureRequest
from astragen.providers.access import Access
from astragen.providers.artists.diffusers import ARTIST, CAMERA, PACKAGES
from astragen.providers.shooting import Picture, Wanted
from emulators.loopback import picture_bytes

MISSING = [name for name in PACKAGES if find_spec(name) is None]

pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"the extra local is not installed: no {', '.join(MISSING)}"),
    pytest.mark.filterwarnings("ignore"),  # of packages that are not ours
]


def byte_tokenizer(folder, kind):
    """A CLIP tokenizer of single bytes: 256, 256 at a word's end, and two marks."""
    signs = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    table = {byte: chr(byte) for byte in signs}
    table |= {byte: chr(256 + number) for number, byte in enumerate(sorted(set(range(256)) - set(signs)))}
    words = [*table.values(), *(f"{sign}</w>" for sign in table.values()), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return kind(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77), len(words)


@pytest.fixture(scope="module")
def still_model(tmp_path_factory):
    """A Stable Diffusion pipeline with random weights, saved to a folder."""
    import diffusers
    import torch
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("sd")
    tokenizer, words = byte_tokenizer(folder, CLIPTokenizer)
    text = CLIPTextConfig(
        vocab_size=words, hidden_size=32, intermediate_size=37, num_hidden_layers=2, num_attention_heads=4,
        bos_token_id=words - 2, eos_token_id=words - 1, pad_token_id=words - 1,
    )  # fmt: skip
    unet = diffusers.UNet2DConditionModel(
        sample_size=8, in_channels=4, out_channels=4, block_out_channels=(4, 8), layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32, norm_num_groups=2, attention_head_dim=2,
    )  # fmt: skip
    vae = diffusers.AutoencoderKL(
        block_out_channels=(4, 8, 8, 8), norm_num_groups=2, latent_channels=4,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
    )  # fmt: skip
    pipeline = diffusers.StableDiffusionPipeline(
        vae=vae, text_encoder=CLIPTextModel(text), tokenizer=tokenizer, unet=unet,
        scheduler=diffusers.EulerDiscreteScheduler(), safety_checker=None, feature_extractor=None,
        requires_safety_checker=False,
    )  # fmt: skip
    pipeline.save_pretrained(folder / "model")
    return str(folder / "model")


@pytest.fixture(scope="module")
def clip_model(tmp_path_factory):
    """An LTX image-to-video pipeline with random weights, saved to a folder."""
    import diffusers
    import torch
    from transformers import T5Config, T5EncoderModel, T5TokenizerFast

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("ltx")
    from tokenizers import Tokenizer, models, pre_tokenizers

    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *((chr(sign), -3.0) for sign in range(33, 127))]
    raw = Tokenizer(models.Unigram(vocab, unk_id=2))
    raw.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = T5TokenizerFast(tokenizer_object=raw, extra_ids=0)
    text = T5Config(vocab_size=len(tokenizer) + 8, d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4)
    transformer = diffusers.LTXVideoTransformer3DModel(
        in_channels=8, out_channels=8, patch_size=1, patch_size_t=1, num_attention_heads=4, attention_head_dim=8,
        cross_attention_dim=32, num_layers=1, caption_channels=32,
    )  # fmt: skip
    vae = diffusers.AutoencoderKLLTXVideo(
        in_channels=3, out_channels=3, latent_channels=8, block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8), layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1, 1), spatio_temporal_scaling=(True, True, False, False),
        decoder_spatio_temporal_scaling=(True, True, False, False), decoder_inject_noise=(False,) * 5,
        upsample_residual=(False,) * 4, upsample_factor=(1,) * 4, timestep_conditioning=False, patch_size=1,
        patch_size_t=1, encoder_causal=True, decoder_causal=False,
    )  # fmt: skip
    pipeline = diffusers.LTXPipeline(  # as the hub has it: the text-to-video class
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(), vae=vae, text_encoder=T5EncoderModel(text),
        tokenizer=tokenizer, transformer=transformer,
    )  # fmt: skip
    pipeline.save_pretrained(folder / "model")
    return str(folder / "model")


def wanted(seed=7, size=(64, 64), seconds=None, start=None, text="a fox in the snow"):
    prompt = PicturePrompt(
        text=text, negative="text", width=size[0], height=size[1], seed=seed, seconds=seconds, motion="the fox runs"
    )
    request = PictureRequest(shot="s1-1", artist="diffusers", prompt=prompt, fps=24, frames=24)
    return Wanted(request, start=start)


def shot(provider, asked):
    return anyio.run(provider.submit, asked)


def test_a_local_model_paints_a_picture_of_the_size_that_is_asked(still_model):
    """And the same seed gives the same bytes, another seed others."""
    artist = ARTIST(Access(), {"model": still_model, "steps": 2, "device": "cpu"})
    first, again, other = (shot(artist, wanted(seed)) for seed in (7, 7, 8))

    picture = Image.open(io.BytesIO(first.data))
    assert (picture.format, picture.size) == ("PNG", (64, 64))
    assert first.data == again.data
    assert first.data != other.data
    assert (first.media_type, first.model) == ("image/png", still_model)
    assert artist.card.size.pixels_max == 64 * 64


def test_words_reach_the_model(still_model):
    """Another prompt with the same seed is another picture."""
    artist = ARTIST(Access(model=still_model), {"steps": 2, "device": "cpu", "guidance": 7.5})

    assert shot(artist, wanted()).data != shot(artist, wanted(text="a lighthouse")).data


def test_a_local_model_makes_a_clip_from_a_picture(clip_model):
    """9 frames for a third of a second at 25, with the size asked; the same seed gives the same bytes."""
    camera = CAMERA(Access(model=clip_model), {"steps": 2, "device": "cpu"})
    start = Picture(picture_bytes("fox", 1, 96, 64), "image/png")
    first, again, other = (shot(camera, wanted(seed, seconds=0.36, start=start, size=(64, 32))) for seed in (7, 7, 8))

    with av.open(io.BytesIO(first.data)) as file:
        stream = file.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(stream)]
        assert (stream.width, stream.height, int(stream.average_rate)) == (64, 32, 25)
    assert len(frames) == 9
    assert np.ptp(frames[0]) > 0
    assert first.data == again.data
    assert first.data != other.data


def test_cancelling_stops_at_the_next_step(still_model):
    """The caller goes on at once, and the next picture does not wait for 200 steps."""
    artist = ARTIST(Access(model=still_model), {"steps": 200, "device": "cpu"})
    shot(ARTIST(Access(model=still_model), {"steps": 1, "device": "cpu"}), wanted())  # packages are imported

    async def briefly() -> float:
        with anyio.move_on_after(0.5) as scope:
            await artist.submit(wanted())
        assert scope.cancelled_caught
        began = time.monotonic()
        with artist._turn:
            return time.monotonic() - began

    assert anyio.run(briefly) < 0.5


def test_a_picture_that_takes_too_long_is_given_up(still_model):
    """And the thread stops at its next step."""
    artist = ARTIST(Access(model=still_model), {"steps": 200, "device": "cpu", "timeout_s": 0.3})
    with pytest.raises(Unavailable, match=r"took longer than 0\.3 s"):
        shot(artist, wanted())


@pytest.mark.parametrize("trade", [ARTIST, CAMERA])
def test_a_folder_without_a_model_is_told(trade, tmp_path):
    """Not as a traceback."""
    with pytest.raises(ProviderError, match="diffusers cannot load") as caught:
        shot(trade(Access(model=str(tmp_path)), {}), wanted(start=Picture(b"", "image/png")))
    assert "download" in caught.value.hint


def test_nothing_is_fetched_from_the_hub_unasked():
    """An id that is not here is an error, not a download."""
    with pytest.raises(ProviderError, match="cannot load nobody/nothing"):
        shot(ARTIST(Access(model="nobody/nothing")), wanted())


def test_a_model_that_makes_no_clips_is_no_camera(still_model):
    """It says what it is."""
    with pytest.raises(ProviderError, match="it is a StableDiffusionPipeline"):
        shot(CAMERA(Access(model=still_model)), wanted(start=Picture(b"", "image/png")))


def test_a_size_that_the_model_cannot_do_is_told(still_model):
    """With the size and the model's own words."""
    with pytest.raises(ProviderError, match=r"failed at a picture of 63x64: ValueError: .*divisible by 8"):
        shot(ARTIST(Access(model=still_model), {"device": "cpu"}), wanted(size=(63, 64)))


def test_an_exhausted_memory_names_the_size(still_model):
    """A picture of a quarter of a terabyte of latents fits nowhere."""
    with pytest.raises(ProviderError, match="Memory did not suffice for a picture of 2000000x2000000") as caught:
        shot(ARTIST(Access(model=still_model), {"device": "cpu", "steps": 1}), wanted(size=(2_000_000, 2_000_000)))
    assert "pixels_max" in caught.value.hint


def test_a_model_must_be_named():
    """Before anything is imported."""
    with pytest.raises(SettingsError, match="needs a model"):
        partial(ARTIST, Access())()
