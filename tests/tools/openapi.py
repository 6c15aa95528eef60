"""Judges OpenAPI 3.1 documents: a line per error, exit code 1 where there is one.

    python openapi.py FILE...
"""

import json
import sys

from openapi_spec_validator import OpenAPIV31SpecValidator

errors = 0
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    for error in OpenAPIV31SpecValidator(document).iter_errors():
        errors += 1
        place = "/".join(map(str, getattr(error, "absolute_path", ())))
        print(f"{path}: {place}: {str(error).splitlines()[0]}")
sys.exit(1 if errors else 0)
