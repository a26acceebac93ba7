"""Where Ansible finds mitogen's strategy `linear`: by a path that does not depend on where packages are installed (docs/adr/0085)."""

from ansible_mitogen.plugins.strategy.mitogen_linear import StrategyModule

__all__ = ["StrategyModule"]
