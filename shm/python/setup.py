"""Builds the extension for pip; CMake does it without this file."""

from glob import glob

from pybind11.setup_helpers import Pybind11Extension
from setuptools import setup

setup(
    ext_modules=[
        Pybind11Extension(
            "ntpdshm._ntpdshm",
            ["module.cpp"] + sorted(glob("../src/*.cpp")),
            include_dirs=["../include", "../src"],
            cxx_std=20,
        )
    ]
)
