# SPDX-License-Identifier: Apache-2.0
"""``opentelemetry-instrument python app.py``: no change to the program, nothing imported for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local_gmail import LocalGmail, documented
from support.auto_load import Ran, run

# Each test starts programs, or makes thousands of calls.
pytestmark = pytest.mark.slow


def _run(code: str, **environment: str) -> Ran:
    ran = run("-c", code, environment=environment)
    assert ran.exit_status == 0, ran.errors
    return ran


def test_loading_imports_neither_googleapiclient_nor_httplib2() -> None:
    ran = _run(
        "import sys; from opentelemetry.instrumentation.googleapiclient import "
        "GoogleApiClientInstrumentor as G; print(G().is_instrumented_by_opentelemetry, "
        "sorted({'googleapiclient', 'httplib2', 'google.auth', 'google_auth_httplib2'} "
        "& sys.modules.keys()))"
    )

    assert ran.output == "True []\n"
    assert ran.errors == ""


def test_loading_costs_a_program_that_calls_no_api_next_to_nothing() -> None:
    ran = _run(
        "import sys; print(sorted(name.rpartition('instrumentation.')[2] for name in sys.modules "
        "if name.startswith(('opentelemetry.instrumentation.googleapiclient.', "
        "'opentelemetry.instrumentation.httplib2.'))))"
    )

    assert ran.output == (
        "['googleapiclient._calls', 'googleapiclient._calls.options', "
        "'googleapiclient.environment_variables', 'googleapiclient.package', "
        "'httplib2._support', 'httplib2._support.guard', 'httplib2._support.interruption', "
        "'httplib2._support.on_import', 'httplib2._wire', "
        "'httplib2._wire.options', 'httplib2.environment_variables', 'httplib2.package', "
        "'httplib2.version']\n"
    )


SWITCHES = {
    "off before the import": ("on off import", False),
    "on before the import": ("on import", True),
    "on, off and on before the import": ("on off on import", True),
    "off after the import": ("on import off", False),
    "on after the import": ("import on", True),
    "off and on after the import": ("on import off on", True),
}


@pytest.mark.parametrize(("steps", "patched"), SWITCHES.values(), ids=SWITCHES)
def test_switches_work_before_and_after_the_import(steps: str, patched: bool) -> None:
    ran = _run(
        "from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor\n"
        "from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor\n"
        "both = GoogleApiClientInstrumentor(), Httplib2Instrumentor()\n"
        f"for step in {steps.split()}:\n"
        "    if step == 'import':\n"
        "        import googleapiclient.discovery, googleapiclient.http, httplib2\n"
        "    if step == 'on': [one.instrument() for one in both]\n"
        "    if step == 'off': [one.uninstrument() for one in both]\n"
        "print(*('opentelemetry' in function.__globals__['__name__'] for function in ("
        "googleapiclient.http.HttpRequest.execute, googleapiclient.discovery.createMethod, "
        "httplib2.Http.request)))",
        OTEL_PYTHON_DISABLED_INSTRUMENTATIONS="googleapiclient,httplib2",
        PYTHONWARNINGS="ignore",  # google-api-core warns of old releases of Python
    )

    assert ran.output == f"{patched} {patched} {patched}\n"
    assert ran.errors == ""


APPLICATION = """
import sys
import httplib2
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
import json
service = build_from_document(json.load(open(sys.argv[1])), http=httplib2.Http())
try:
    service.users().getProfile(userId="me").execute()
except HttpError as error:
    print("application saw", error.resp.status)
"""


def test_a_program_without_opentelemetry_code_is_traced(gmail: LocalGmail, tmp_path: Path) -> None:
    document = tmp_path / "gmail.json"
    document.write_text(json.dumps(gmail.discovery_document()))
    gmail.script("gmail.users.getProfile", documented("domainPolicy"))

    ran = _run(APPLICATION.replace("sys.argv[1]", repr(str(document))))

    assert "application saw 403" in ran.output
    (span,) = [one for one in ran.spans if one["name"] == "gmail.users.getProfile"]
    assert span["status"]["status_code"] == "ERROR"
    assert span["attributes"]["googleapiclient.error.cause"] == "domain_policy"
    assert span["attributes"]["googleapiclient.error.owner"] == "domain_admin"
    assert span["attributes"]["url.template"] == "/gmail/v1/users/{userId}/profile"


def test_the_environment_configures_it(gmail: LocalGmail, tmp_path: Path) -> None:
    document = tmp_path / "gmail.json"
    document.write_text(json.dumps(gmail.discovery_document()))

    ran = _run(
        APPLICATION.replace("sys.argv[1]", repr(str(document))),
        OTEL_PYTHON_GOOGLEAPICLIENT_EXCLUDED_METHODS="gmail.*",
    )

    assert "gmail.users.getProfile" not in [one["name"] for one in ran.spans]


def test_it_can_be_disabled_by_its_name(gmail: LocalGmail, tmp_path: Path) -> None:
    document = tmp_path / "gmail.json"
    document.write_text(json.dumps(gmail.discovery_document()))

    ran = _run(
        APPLICATION.replace("sys.argv[1]", repr(str(document))),
        OTEL_PYTHON_DISABLED_INSTRUMENTATIONS="googleapiclient",
    )

    assert "gmail.users.getProfile" not in [one["name"] for one in ran.spans]


@pytest.mark.parametrize("value", ["sometimes"])
def test_a_bad_variable_is_a_warning_and_the_program_runs(value: str) -> None:
    ran = _run("print('ran')", OTEL_PYTHON_GOOGLEAPICLIENT_RETRY_EVENTS=value)

    assert ran.output == "ran\n"
    assert "OTEL_PYTHON_GOOGLEAPICLIENT_RETRY_EVENTS='sometimes'" in ran.errors
    assert "span, log, none" in ran.errors


def test_without_the_library_loading_is_silent() -> None:
    """As where google-api-python-client is not installed: its distribution can't be found."""
    hide = (
        "import importlib.metadata as m; real = m.version\n"
        "def version(name):\n"
        "    if name in ('google-api-python-client', 'httplib2'):\n"
        "        raise m.PackageNotFoundError(name)\n"
        "    return real(name)\n"
    )
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            hide + "import opentelemetry.instrumentation.dependencies as d; d.version = version\n"
            "from opentelemetry.instrumentation.auto_instrumentation import initialize\n"
            "initialize()\n"
            "from opentelemetry.instrumentation.googleapiclient import "
            "GoogleApiClientInstrumentor as G\n"
            "print(G().is_instrumented_by_opentelemetry)",
        ],
        env={**os.environ, "OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none",
             "OTEL_LOGS_EXPORTER": "none"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )  # fmt: skip

    assert ran.stdout == "False\n"
    assert ran.stderr == ""
