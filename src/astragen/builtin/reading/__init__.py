"""How what is written is read aloud."""
