"""Compares the results of the MCP conformance suite with the checks that are known not to pass.

The suite's own baseline names whole scenarios, which would hide new failures in a scenario that passes in part. So the
files beside this one name single checks, as `scenario/check`. Any other check that does not pass is an error, and so
is one that is named and passes, or did not run.

Usage: judge.py RESULTS EXPECTED
"""

import json
import re
import sys
from pathlib import Path

PASSED = {"SUCCESS", "INFO"}


def read_expected(path: Path) -> set[str]:
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return {line for line in lines if line}


def read_results(folder: Path) -> list[tuple[str, str, str]]:
    """Each check as `scenario/check`, with its status and what the suite says about it."""
    checks = []
    for file in sorted(folder.glob("*/checks.json")):
        # The folder of a scenario is called `server-SCENARIO-TIME`.
        scenario = re.sub(r"^server-(.+?)-\d{4}-\d\d-\d\dT.*$", r"\1", file.parent.name)
        for check in json.loads(file.read_text(encoding="utf-8")):
            checks.append((f"{scenario}/{check['id']}", check["status"], check.get("errorMessage", "")))
    return checks


def main() -> int:
    results, expected = read_results(Path(sys.argv[1])), read_expected(Path(sys.argv[2]))
    not_passed = {name: f"{status} {message}" for name, status, message in results if status not in PASSED}
    unexpected = sorted(not_passed.keys() - expected)
    stale = sorted(expected - not_passed.keys())
    for name in unexpected:
        print(f"  {name}: {not_passed[name]}")
    for name in stale:
        print(f"  {name}: named in {sys.argv[2]}, but it passed or did not run")
    passed = sum(status in PASSED for _, status, _ in results)
    print(f"  {passed} checks passed, {len(expected) - len(stale)} are known not to, {len(unexpected)} failed")
    return 1 if unexpected or stale or passed == 0 else 0


sys.exit(main())
