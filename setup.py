"""Build the addon as `odoo.addons.sales_target_mgmt`, found by any Odoo 19 it is installed beside.

Odoo 19 has no `odoo/__init__.py` and no `odoo/addons/__init__.py`: both are namespace
packages, and so the wheel must have neither.
"""

import ast
from pathlib import Path

from setuptools import setup

ADDON = "sales_target_mgmt"
ROOT = Path(__file__).resolve().parent
MANIFEST = ast.literal_eval((ROOT / ADDON / "__manifest__.py").read_text(encoding="utf-8"))
README = ROOT / "README.md"
PACKAGE = f"odoo.addons.{ADDON}"
# of use in a checkout only
STUB = ROOT / ADDON / "tests"


def _folders():
    below = (path for path in sorted((ROOT / ADDON).rglob("*")) if path.is_dir() and path != STUB)
    return [ROOT / ADDON, *below]


PACKAGES = [folder for folder in _folders() if (folder / "__init__.py").exists()]


def package_of(folder):
    return ".".join([PACKAGE, *folder.relative_to(ROOT / ADDON).parts])


def data_of(package):
    """All other files nearest to this package: data, pages, and scripts of folders that are no packages."""
    return [
        str(path.relative_to(package))
        for path in package.rglob("*")
        if path.is_file()
        and STUB not in path.parents
        and path.suffix != ".pyc"
        and not (path.suffix == ".py" and path.parent in PACKAGES)
        and next(parent for parent in path.parents if parent in PACKAGES) == package
    ]


setup(
    name=ADDON.replace("_", "-"),
    version=MANIFEST["version"],
    description=MANIFEST["summary"],
    long_description=(ROOT / "README.md").read_text(encoding="utf-8")
    if (ROOT / "README.md").exists()
    else "",
    long_description_content_type="text/markdown",
    author=MANIFEST["author"],
    license_expression="LGPL-3.0-only",
    license_files=["LICENSE"],
    classifiers=["Framework :: Odoo :: 19.0", "Programming Language :: Python :: 3"],
    python_requires=">=3.11",
    packages=[package_of(folder) for folder in PACKAGES],
    package_dir={package_of(folder): str(folder.relative_to(ROOT)) for folder in PACKAGES},
    package_data={package_of(folder): data_of(folder) for folder in PACKAGES},
    include_package_data=False,
    install_requires=MANIFEST["external_dependencies"]["python"],
    extras_require={"planning": ["scipy"]},
    zip_safe=False,
)
