"""Imported before jsonschema by our own processes: it then builds no grammar of web addresses.

That takes two seconds of every start. jsonschema does without a grammar that it
cannot import, and then takes any text for an address. Neither our commands and
servers nor their kernels ask it about addresses.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
