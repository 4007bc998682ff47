"""Settings: one file (``sohoa.toml``) and ``SOHOA_*`` of the environment, which wins. Unknown keys are refused.

The file is ``$SOHOA_CONFIG`` (or ``sohoa --config FILE``), else ``sohoa.toml`` in the home; one that others may write is refused. The home
(``SOHOA_HOME``) is where everything embedded lives; two homes never meet. ``docs/settings.md`` is made from this package.
"""

from flows.settings.load import Settings, load_settings, with_secret
from flows.settings.section import sections_of
from flows.settings.signing import KeySettings, When

__all__ = ["KeySettings", "Settings", "When", "load_settings", "sections_of", "with_secret"]
