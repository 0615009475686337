"""A language-model server that nobody here wrote: `python real_server.py NAME MODEL PORT`.

Run by the Python that has it. "llama-server" is llama.cpp's own, from the package xllamacpp;
"llama-cpp-python" is the one of the package of that name. Both read the GGUF file MODEL.
"""

from __future__ import annotations

import runpy
import sys
import threading

ALIAS = "tiny-random"
CONTEXT = 32_768  # tokens
THREADS = 1  # more wait for each other in a loop, which takes ten times as long on a busy machine


def llama_server(model: str, port: int) -> None:
    """Serve until this process is ended."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path, params.model_alias, params.port = model, [ALIAS], port
    params.n_ctx, params.n_parallel, params.n_gpu_layers, params.warmup = CONTEXT, 1, 0, False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = THREADS
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    threading.Event().wait()


def llama_cpp_python(model: str, port: int) -> None:
    """Serve until this process is ended."""
    options = {"model": model, "model_alias": ALIAS, "host": "127.0.0.1", "port": port, "n_ctx": CONTEXT}
    options |= {"n_threads": THREADS, "n_threads_batch": THREADS}
    sys.argv = ["llama_cpp.server", *(str(part) for pair in options.items() for part in (f"--{pair[0]}", pair[1]))]
    runpy.run_module("llama_cpp.server", run_name="__main__")


if __name__ == "__main__":
    servers = {"llama-server": llama_server, "llama-cpp-python": llama_cpp_python}
    servers[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
