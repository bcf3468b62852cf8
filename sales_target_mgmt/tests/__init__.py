"""The tests lie at the top of the project: from here `odoo-bin --test-tags` finds the same ones.

In an installed addon there is no such folder beside it, and nothing happens.
"""

import sys
from importlib import import_module
from pathlib import Path

_project = Path(__file__).resolve().parents[2]

# any addons folder may have a neighbour called tests: take it for ours only with the project around it
if (_project / "tests" / "__init__.py").is_file() and (_project / "dev" / "requirements.txt").is_file():
    __path__.append(str(_project / "tests"))
    # tests on public data and of the translations use the tools in dev/
    sys.path.append(str(_project))
    for _file in sorted((_project / "tests").glob("test_*.py")):
        import_module(f"{__name__}.{_file.stem}")
