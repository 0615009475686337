"""The one thing pyproject.toml cannot say: a C extension that may be missing."""

from setuptools import Extension, setup

setup(
    ext_modules=[
        # Optional: where it cannot be built the install goes on, and OpenCV does its work more slowly.
        Extension("astragen._kernels", ["src/astragen/_kernels.c"], optional=True, extra_compile_args=["-O3"])
    ]
)
