"""Builds the extension for pip; CMake does it without this file."""

import re
from glob import glob
from pathlib import Path

from pybind11.setup_helpers import Pybind11Extension
from setuptools import setup

cmake = Path("../CMakeLists.txt").read_text(encoding="utf-8")
version = re.search(r"project\(ntpdshm VERSION ([\d.]+)", cmake)[1]

setup(
    version=version,
    ext_modules=[
        Pybind11Extension(
            "ntpdshm._ntpdshm",
            ["module.cpp"] + sorted(glob("../src/*.cpp")),
            define_macros=[("NTPDSHM_VERSION", f'"{version}"')],
            include_dirs=["../include", "../src"],
            cxx_std=20,
        )
    ]
)
