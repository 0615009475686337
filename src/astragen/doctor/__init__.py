"""What is here and ready: the machine, the packages, the fonts, the crew, the language models."""
