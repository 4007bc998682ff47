"""``docs/settings.md``, made from the settings: ``python -m flows.settings.reference > docs/settings.md``."""

from __future__ import annotations

import sys

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from flows.settings import Settings, sections_of

_HEAD = """# Settings

Everything has a default: without any setting Sohoa keeps an archive of its own in the user's data folder and signs with a
demo key. Settings come from one file and from the environment, which wins. The file is `sohoa --config FILE` or
`$SOHOA_CONFIG`, else `sohoa.toml` in the home, never one in the current folder. This file, the modules of tokens and the trust roots are
refused when somebody else may write them, or a folder above them. In the environment `signer.level` is `SOHOA_SIGNER__LEVEL`.
Unknown names are refused. *Made from `flows/settings`; do not edit.*

```toml
agency = "Ủy ban nhân dân xã An Bình"

[archive.s3]
endpoint = "s3.example.vn"
bucket = "ho-so"
protection = "locked"

[signer]
kind = "pkcs11"
module = "/usr/lib/softhsm/libsofthsm2.so"
token = "can-bo"
level = "B-LTA"
tsa = "http://tsa.example.vn"

[seal]
kind = "pkcs12"
file = "/etc/sohoa/con-dau.p12"
secret_file = "/run/credentials/con-dau"

[trust]
roots = ["/etc/sohoa/roots"]
fetch = true

[marks]
form = "SAO Y"
qr = true
```
"""


def reference() -> str:
    """The page, in Markdown."""
    return _HEAD + _table("", "General", Settings)


def _table(prefix: str, title: str, model: type[BaseModel]) -> str:
    rows, parts = [], []
    for name, field in model.model_fields.items():
        inner = sections_of(field.annotation)
        if inner:
            parts += [
                _table(f"{prefix}{name}.", (section.__doc__ or "").strip().replace("``", "`"), section)
                for section in inner
            ]
        else:
            rows.append(f"| `{prefix}{name}` | {_default(name, field)} | {field.description} |")
    heading = f"\n## {prefix.rstrip('.') or title}\n" + (f"{title}\n" if prefix else "")
    return (
        heading
        + "\n| setting | default | meaning |\n|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
        + "".join(parts)
    )


def _default(name: str, field: FieldInfo) -> str:
    if field.default_factory is not None:
        return {"home": "the user's data folder", "workers": "number of cores"}[name]
    if field.is_required():
        return "needed"
    value = field.default
    if value is None or value in ("", (), {}):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    sys.stdout.write(reference())
