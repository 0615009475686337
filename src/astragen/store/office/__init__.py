"""The service's own tables, one module a concern; `Office` has them all."""

from astragen.store.office.office import Office

__all__ = ["Office"]
