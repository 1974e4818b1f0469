# SPDX-License-Identifier: Apache-2.0
"""What can be done with a checkout: ``.ci/nox -s NAME`` sets up everything that NAME needs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

# Tests start many programs, each of which would compile all modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

nox.needs_version = ">= 2025.2"
nox.options.default_venv_backend = "virtualenv"
# A second run takes the environments of the first.
nox.options.reuse_venv = "yes"
nox.options.sessions = ["tests", "lint", "typecheck"]
# A Python that is not on this machine is reported as skipped, in CI too.
nox.options.error_on_missing_interpreters = False

PYPROJECT = nox.project.load_toml("pyproject.toml")
SUPPORTED_PYTHONS = nox.project.python_versions(PYPROJECT)
OLDEST = "tests/oldest-constraints.txt"
RELEASES = ["newest", "oldest"]


def is_installed(python: str) -> bool:
    """Whether a version of Python is on this machine, and runs: pyenv has names for all."""
    found = shutil.which(f"python{python}")
    return found is not None and not subprocess.run([found, "-c", ""], check=False).returncode  # noqa: S603


CURRENT_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
PYTHONS = [one for one in SUPPORTED_PYTHONS if is_installed(one)] or [CURRENT_PYTHON]
PAIRS = [(PYTHONS[-1], "newest"), (PYTHONS[0], "oldest")]
"""Each extreme once: the newest releases on the newest Python, the oldest on the oldest."""
OTHER_PYTHONS = PYTHONS[1:-1]

INSTRUMENTATION_TESTS = (
    "tests/call_layer",
    "tests/wire_layer",
    "tests/trust",
    "tests/programs",
    "tests/explain",
    "tests/terminal",
)
"""What may depend on the releases of the libraries and of Python."""
LONG_TESTS = ("tests/trust", "tests/programs")
"""Of those, what takes minutes."""
QUICK_TESTS = [f"--ignore={folder}" for folder in LONG_TESTS]
"""All other tests."""
SMOKE_TESTS = (
    "tests/call_layer/test_documented_failures.py",
    "tests/wire_layer/test_attempts.py",
    "tests/programs/test_programs.py::test_a_program[whole_morning]",
)

# Warnings of old releases are not ours to mend; those that our code causes are.
OLDEST_WARNINGS = r"""
default
error:::opentelemetry\.instrumentation\.(googleapiclient|httplib2)\b
"""


def install_valgrind(session: nox.Session) -> None:
    """Install valgrind where that is possible; who needs it says so where it is missing."""
    if shutil.which("valgrind") or not shutil.which("apt-get"):
        return
    as_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    for command in (["update"], ["install", "-y", "valgrind"]):
        session.run(*as_root, "apt-get", "-qq", *command, external=True, success_codes=range(256))


def group(name: str) -> tuple[str, ...]:
    return nox.project.dependency_groups(PYPROJECT, name)


def install_tested(session: nox.Session, dependencies: str) -> None:
    """Install the package with its newest or its oldest supported dependencies."""
    if dependencies == "newest":
        session.install("-e", ".", *group("test"))
        return
    session.install("-e", ".", *group("test"), "setuptools < 81", "-c", OLDEST)
    # That release of google-api-python-client has no discovery documents yet.
    newest = Path(session.create_tmp(), "newest")
    session.install("--no-deps", "--upgrade", "--target", str(newest), "google-api-python-client")
    documents = newest / "googleapiclient" / "discovery_cache" / "documents"
    session.env["LOCAL_GMAIL_DOCUMENTS"] = str(documents)


def test_in_parallel(session: nox.Session, dependencies: str, *tests: str) -> None:
    """Run tests on all cores.

    Tests that share what is expensive to prepare, a run of the demo say, are groups, each on one
    core; the others go where one is free.
    """
    warnings = ("-o", f"filterwarnings={OLDEST_WARNINGS}") if dependencies == "oldest" else ()
    session.run("pytest", "-n", "auto", "--dist", "loadgroup", *warnings, *tests, *session.posargs)


@nox.session
@nox.parametrize(("python", "dependencies"), PAIRS)
def tests(session: nox.Session, dependencies: str) -> None:
    """Run the tests, with the newest and with the oldest supported releases."""
    install_tested(session, dependencies)
    selected = QUICK_TESTS
    if dependencies == "oldest":
        selected = [folder for folder in INSTRUMENTATION_TESTS if folder not in LONG_TESTS]
    test_in_parallel(session, dependencies, "-m", "not slow", *selected)


@nox.session(python=PYTHONS[-1])
def trust(session: nox.Session) -> None:
    """Search at length for what the application could notice, and for secrets that leave."""
    install_tested(session, "newest")
    test_in_parallel(session, "newest", *LONG_TESTS)
    test_in_parallel(session, "newest", "-m", "slow", *QUICK_TESTS)


@nox.session(python=OTHER_PYTHONS or CURRENT_PYTHON)
def smoke(session: nox.Session) -> None:
    """Run a few tests with the newest releases, on the Pythons that `tests` does not run on."""
    install_tested(session, "newest")
    test_in_parallel(session, "newest", *SMOKE_TESTS)


@nox.session(python=PYTHONS)
@nox.parametrize("dependencies", RELEASES)
def matrix(session: nox.Session, dependencies: str) -> None:
    """Run all tests of the instrumentation: each Python found here, newest and oldest releases."""
    install_tested(session, dependencies)
    test_in_parallel(session, dependencies, *INSTRUMENTATION_TESTS)


@nox.session
def coverage(session: nox.Session) -> None:
    """Measure which lines and branches the tests reach, and fail below the limit."""
    install_tested(session, "newest")
    shutil.rmtree(".coverage-data", ignore_errors=True)
    session.env["COVERAGE_FILE"] = ".coverage-data/coverage"
    session.run(
        "coverage", "run", "-m", "pytest", "-n", "auto", "--dist", "loadgroup", *session.posargs
    )
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session
def views(session: nox.Session) -> None:
    """Ask a real Prometheus that has watched the demo all that dashboards and alerts ask."""
    if sys.version_info < (3, 11):
        session.error("This needs Python 3.11 or newer: PYTHON=python3.11 .ci/nox -s views")
    session.install("-e", ".", *group("views"), *group("node"))
    *_, prometheus = str(session.run(".ci/prometheus", external=True, silent=True)).split()
    path = os.pathsep.join((session.bin, prometheus, os.environ["PATH"]))
    # The grammar of TraceQL that Grafana has.
    grammar = Path(session.create_tmp(), "traceql").resolve()
    shutil.copytree("tests/views/traceql", grammar, dirs_exist_ok=True)
    session.run("npm", "ci", "--silent", "--prefix", str(grammar), env={"PATH": path})
    session.run(
        "pytest", "-n", "auto", "--dist", "loadgroup", *(session.posargs or ["tests/views"]),
        env={"PATH": path, "TRACEQL_GRAMMAR": str(grammar / "node_modules")},
    )  # fmt: skip


@nox.session
def beside(session: nox.Session) -> None:
    """Switch on and off beside other instrumentations, in every order."""
    session.install("-e", ".", *group("beside"))
    session.run("pytest", "tests/beside", *session.posargs)


@nox.session
def backends(session: nox.Session) -> None:
    """Export with each vendor's distribution to this machine, and write docs/backends.md.

    Each has a virtual environment in .nox/vendors, used again until ``-- --renew`` is given.
    """
    session.install("-e", ".", *group("backends"))
    session.run("python", "tests/backends", *session.posargs)


@nox.session
def soak(session: nox.Session) -> None:
    """Make very many calls, draw a tenth of them, and see that memory does not grow with them.

    ``SOAK_CALLS`` says how many calls.
    """
    session.install("-e", ".", *group("test"))
    calls = os.environ.get("SOAK_CALLS", "20000")
    session.run("pytest", "tests/trust/test_memory.py", *session.posargs, env={"SOAK_CALLS": calls})
    drawing = (
        "terminal/test_memory.py",
        "terminal/test_hostile_spans.py",
        "explain/test_command_line.py",
    )
    session.run(
        "pytest",
        *(f"tests/{one}" for one in drawing),
        *session.posargs,
        env={"SOAK_CALLS": str(int(calls) // 10)},
    )


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, format, and that imports between the rooms go one way."""
    session.install("-e", ".", *group("lint"))
    session.run("lint-imports")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def typecheck(session: nox.Session) -> None:
    """Check types, strictly."""
    session.install("-e", ".", *group("typecheck"))
    session.run("pyright")


@nox.session
@nox.parametrize("dependencies", ["newest", "oldest"])
def upstream(session: nox.Session, dependencies: str) -> None:
    """Run the libraries' own test suites without and with the instrumentation, and compare."""
    oldest = ("setuptools < 81", "-c", OLDEST) if dependencies == "oldest" else ()
    session.install("-e", ".", "-r", "tests/upstream/requirements.txt", *oldest)
    session.run("python", "tests/upstream", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure what the instrumentation costs, beside spans by hand and beside the peer.

    ``-- --quick`` takes five minutes, and counts no instructions.
    """
    if "--quick" not in session.posargs:
        install_valgrind(session)
    # As users install it, not editable: that would cost start-up more.
    session.install(".", *group("bench"), "pip")
    peer = Path(session.create_tmp(), "peer")
    session.run("python", "-m", "venv", "--without-pip", str(peer), silent=True)
    peer_python = str(peer / "bin" / "python")
    session.run(
        "python", "-m", "pip", "-q", "--python", peer_python, "install", "google-api-python-client",
        "opentelemetry-sdk", "opentelemetry-instrumentation-google-api-client",
    )  # fmt: skip
    session.run("python", "-m", "benchmarks", "--peer-python", peer_python, *session.posargs)


@nox.session
def guard(session: nox.Session) -> None:
    """Count instructions and modules, and fail where they are more than in the baseline."""
    install_valgrind(session)
    baseline: dict[str, dict[str, dict[str, str]]]
    baseline = json.loads(Path("benchmarks/guard_baseline.json").read_text("utf-8"))
    # Other releases of what we call would move what is counted.
    release = ".".join(map(str, sys.version_info[:3]))
    packages = (baseline.get(release) or next(iter(baseline.values())))["packages"]
    constraints = Path(session.create_tmp(), "constraints.txt")
    constraints.write_text("".join(f"{name}=={release}\n" for name, release in packages.items()))
    session.install(".", *group("bench"), "-c", str(constraints))
    session.run("python", "-m", "benchmarks.guard", *session.posargs)


@nox.session(python=SUPPORTED_PYTHONS)
def guard_baseline(session: nox.Session) -> None:
    """Write the guard's baseline anew, for every supported Python that is installed here."""
    install_valgrind(session)
    session.install(".", *group("bench"))
    session.run("python", "-m", "benchmarks.guard", "--renew")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation, and check its links, words and code."""
    session.install("-e", ".", *group("docs"), *group("test"))
    session.run("sphinx-build", "-W", "--keep-going", "--fresh-env", "docs", "build/docs")
    session.run("pytest", "-n", "auto", "-m", "not slow", "tests/docs", *session.posargs)
    session.log("Read it: build/docs/index.html")


@nox.session
def linkcheck(session: nox.Session) -> None:
    """Visit all addresses that the documentation links to. Needs the internet."""
    session.install("-e", ".", *group("docs"))
    session.run("sphinx-build", "-b", "linkcheck", "docs", "build/linkcheck", *session.posargs)


@nox.session
def pages(session: nox.Session) -> None:
    """Write the parts of docs/ that are generated: from the tables, and from a run of the demo."""
    session.install("-e", ".", *group("demo"))
    for script in ("causes_page", "telemetry_page", "pictures"):
        session.run("python", f"docs/{script}.py")


@nox.session
def demo(session: nox.Session) -> None:
    """Watch a Gmail application fail in the documented ways, and its traces explain why."""
    session.install("-q", "-e", ".", *group("demo"))
    session.run("python", "examples/demo", *session.posargs)


@nox.session
def example(session: nox.Session) -> None:
    """Run a small application against the local Gmail: unread, send, web, backup or patient."""
    session.install("-q", "-e", ".", *group("examples"))
    session.run("python", "examples/applications", *session.posargs)
