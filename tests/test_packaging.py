"""The wheel, installed where no checkout is, is an addon that Odoo finds whole."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from email.parser import Parser
from pathlib import Path

import odoo.modules.module
from odoo.tests import BaseCase, tagged

ADDON = "sales_target_mgmt"
ROOT = Path(__file__).resolve().parent.parent
SOURCE = ("setup.py", "pyproject.toml", "LICENSE", "README.md", ADDON)
PROBE = f"""
import json
import odoo.tools
odoo.tools.config.parse_config(["--no-http"], setup_logging=False)
from odoo.modules.module import get_manifest, get_module_path
import odoo.addons.{ADDON}.tools
print(json.dumps([get_module_path("{ADDON}"), get_manifest("{ADDON}")["version"]]))
"""


@tagged("post_install", "-at_install")
class TestPackaging(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(tempfile.mkdtemp(prefix="stm-wheel-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        # built from a copy: setuptools leaves its work beside setup.py
        source = cls.folder / "source"
        source.mkdir()
        for name in SOURCE:
            path = ROOT / name
            if path.is_dir():
                shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__"))
            elif path.exists():
                shutil.copy(path, source / name)
        cls.run_command(sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", cls.folder, source)
        cls.wheel = next(cls.folder.glob("*.whl"))
        with zipfile.ZipFile(cls.wheel) as archive:
            cls.names = set(archive.namelist())
            metadata = next(name for name in cls.names if name.endswith("/METADATA"))
            cls.metadata = Parser().parsestr(archive.read(metadata).decode())

    @classmethod
    def run_command(cls, *command, **options):
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cls.folder,
            capture_output=True,
            text=True,
            check=False,
            **options,
        )
        if done.returncode:
            raise AssertionError(f"{command[:4]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def test_wheel_holds_the_whole_addon(self):
        expected = {
            f"odoo/addons/{path.relative_to(ROOT)}"
            for path in (ROOT / ADDON).rglob("*")
            if path.is_file()
            and "__pycache__" not in path.parts
            and (ROOT / ADDON / "tests") not in path.parents
        }
        packed = {name for name in self.names if ".dist-info/" not in name}
        self.assertGreater(len(packed), 5)
        self.assertEqual(packed, expected)

    def test_wheel_leaves_the_namespace_to_odoo(self):
        self.assertFalse({"odoo/__init__.py", "odoo/addons/__init__.py"} & self.names)

    def test_metadata(self):
        manifest = odoo.modules.module.get_manifest(ADDON)
        self.assertEqual(self.metadata["Version"], manifest["version"])
        self.assertEqual(self.metadata["License-Expression"], "LGPL-3.0-only")
        self.assertIn("planning", self.metadata.get_all("Provides-Extra"))
        needed = [name for name in self.metadata.get_all("Requires-Dist") if ";" not in name]
        self.assertEqual(needed, manifest["external_dependencies"]["python"])

    def test_odoo_finds_the_installed_addon(self):
        target = self.folder / "venv"
        self.run_command(sys.executable, "-m", "venv", "--without-pip", target)
        python = target / "bin" / "python"
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
        self.run_command(*pip, "install", "--no-deps", "--no-index", self.wheel)
        home = Path(odoo.modules.module.__file__).parents[2]
        # Odoo and what it needs, and not the checkout
        paths = [home, sysconfig.get_path("purelib")]
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "ODOO_RC": str(self.folder / "none.conf"),
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
        }
        path, version = json.loads(self.run_command(python, "-c", PROBE, env=env).splitlines()[-1])
        self.assertTrue(Path(path).is_relative_to(target), path)
        # Odoo puts its own series before a version that lacks it
        self.assertEqual(version, odoo.modules.module.get_manifest(ADDON)["version"])
