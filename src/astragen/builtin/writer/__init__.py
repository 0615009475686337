"""The built-in writer: prompt to storyboard without a language model. Start at `write`."""

from astragen.builtin.writer.assemble import BuiltinWriter, write

__all__ = ["BuiltinWriter", "write"]
