"""Runs one file of tests, inside the namespaces that `run` made: subject.py NAME REPORT_FD.

For each test a line of JSON goes to the file descriptor: name, verdict (ok, FAILED, SKIPPED),
seconds, detail. What the tests print goes nowhere else than where `run` sent it.
"""

import importlib
import json
import os
import sys
import time
import unittest

import harness


class Reporter(unittest.TestResult):
    def __init__(self, subject, stream):
        super().__init__()
        self._subject = subject
        self._stream = stream
        self._start = time.monotonic()
        self._reported = set()

    def startTest(self, test):
        super().startTest(test)
        self._start = time.monotonic()

    def stopTest(self, test):
        super().stopTest(test)
        self._reported.discard(test.id())

    def _report(self, test, verdict, detail=""):
        if test.id() in self._reported:
            return # a test and its clean-up may both fail
        self._reported.add(test.id())
        name = test.shortDescription() or test.id()
        line = {"name": f"{self._subject}: {name}", "verdict": verdict, "detail": detail,
                "seconds": time.monotonic() - self._start}
        self._stream.write(json.dumps(line) + "\n")
        self._stream.flush()

    def _error_text(self, error):
        return self._exc_info_to_string(error, unittest.TestCase())

    def addSuccess(self, test):
        self._report(test, "ok")

    def addSkip(self, test, reason):
        self._report(test, "SKIPPED", reason)

    def addFailure(self, test, err):
        self._report(test, "FAILED", self._error_text(err))

    addError = addFailure

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._report(test, "FAILED", f"{subtest.id()}\n{self._error_text(err)}")


def tests_of(suite):
    for entry in suite:
        if isinstance(entry, unittest.TestSuite):
            yield from tests_of(entry)
        else:
            yield entry


def wanted(test):
    method = getattr(test, test._testMethodName, None)
    return not (harness.QUICK and getattr(method, "slow", False))


def main():
    subject, descriptor = sys.argv[1], int(sys.argv[2])
    suite = unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(f"{subject}_test"))
    with os.fdopen(descriptor, "w") as stream:
        unittest.TestSuite(filter(wanted, tests_of(suite))).run(Reporter(subject, stream))


main()
