"""A tiny language model with random weights, written as a GGUF file: `python tiny_model.py OUT [KIND]`.

A Llama of two layers that has learned nothing. It is made where it is needed and runs in the
Python of the server under test, which has `gguf` and `numpy`; nothing of it is checked in. KIND says how
it ends its texts, for under a grammar that is all that can differ: "terse" (after some words) and
"endless" (when chance has it, which is after the limit). Start reading at `write_model`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import gguf
import numpy as np

WIDTH, LAYERS, HEADS, HIDDEN = 64, 2, 4, 128
CONTEXT = 65_536  # tokens; the prompt has about 17,000, a byte each
KINDS = {"terse": 2.6, "endless": -12.0}  # the logit of a quotation mark, about; a word's is 0
BYTE = -6.0  # of any other byte: else a text is noise of all scripts
LEANINGS = {"{": -4.0, "n": -4.0, ",": -6.9, " ": -12.0, "\n": -12.0, "\t": -12.0}  # short lists, and little space
WORDS = """
a all and at away back before behind below beside bird blue boat bright bridge by child city close cloud cold come
dark dawn day deep door down dream early earth evening every far field find fire first fish fly forest from full
garden girl give glass go gold green grey hand hear heart high hill home hope house ice in into island keep key lamp
land last leaf leave letter light like little long look lost low man many map moon morning mountain move near never
new night no nobody not of old on once one open out over path quiet rain red rest return river road roof sail sea see
ship shore silent sing sky sleep slow small snow song star stay still stone storm street sun the then there they to
town tree turn under until up valley voice wait walk wall warm water wave way white wide wind window winter with wood
word world young
""".split()  # noqa: SIM905 - a list of 160 literals reads worse
TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>\n{{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)


def write_model(path: Path, kind: str) -> None:
    """Write the model of *kind* to *path*: about 0.6 MB, the same every time."""
    writer = gguf.GGUFWriter(path, "llama")
    _describe(writer)
    for name, weights in _weights(KINDS[kind]).items():
        writer.add_tensor(name, weights.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: gguf.GGUFWriter) -> None:
    """Its shape, its tokens (control, every byte, the words with a space before them) and its chat template."""
    writer.add_name("astragen-tiny-random")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    kinds = gguf.TokenType
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *(f"\u2581{one}" for one in WORDS)]
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * 259 + [-float(index) for index in range(len(WORDS))])
    writer.add_token_types(
        [kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL, *[kinds.BYTE] * 256, *[kinds.NORMAL] * len(WORDS)]
    )
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(TEMPLATE)


def _weights(ending: float) -> dict[str, np.ndarray]:
    """Random weights; the first dimension is the same for every token, so that a row of the output can lean on it."""
    chance = np.random.default_rng(7)
    tokens = 259 + len(WORDS)

    def random(rows: int, columns: int, size: float) -> np.ndarray:
        return chance.normal(0, size, (rows, columns))

    embedding, output = random(tokens, WIDTH, 0.1), random(tokens, WIDTH, 0.1)
    embedding[:, 0] = 1.0
    leaning = 1 / np.sqrt(1 / WIDTH + 0.01)  # what the first dimension is after the last norm, about
    output[:, 0] = 0
    output[3:259, 0] = BYTE / leaning
    for sign, logit in {**LEANINGS, '"': ending}.items():
        output[3 + ord(sign), 0] = logit / leaning
    found = {"token_embd.weight": embedding, "output.weight": output, "output_norm.weight": np.ones(WIDTH)}
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        found |= {f"{block}.attn_{part}.weight": random(WIDTH, WIDTH, 0.02) for part in ("q", "k", "v", "output")}
        found |= {f"{block}.{part}_norm.weight": np.ones(WIDTH) for part in ("attn", "ffn")}
        found |= {f"{block}.ffn_{part}.weight": random(HIDDEN, WIDTH, 0.02) for part in ("gate", "up")}
        found |= {f"{block}.ffn_down.weight": random(WIDTH, HIDDEN, 0.02)}
    return found


if __name__ == "__main__":
    write_model(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "terse")
