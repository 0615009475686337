"""A receiver of webhooks that answers as it is told, one answer a message, and then well."""

from __future__ import annotations

from emulators.loopback import Asked, LoopbackServer, Sent

WELL = Sent(204, b"", {})


class WebhookReceiver(LoopbackServer):
    """Gives *answers* in order, then 204."""

    def __init__(self, *answers: Sent) -> None:
        super().__init__()
        self.answers = list(answers)

    def answer(self, asked: Asked) -> Sent:
        return self.answers.pop(0) if self.answers else WELL


def status(code: int, **headers: str) -> Sent:
    """An answer that says nothing but its status."""
    return Sent(code, b"", headers)
