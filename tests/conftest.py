# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any

import httplib2
import pytest
from googleapiclient.discovery import build_from_document
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor

from local_gmail import LocalGmail
from support.behaviour import Stage
from support.recording import Recording

pytest_plugins = ["support.figures", "support.campaign"]


def pytest_report_header() -> str:
    """Say which releases a run is about."""
    libraries = ("google-api-python-client", "httplib2", "opentelemetry-sdk", "wrapt")
    return "releases: " + ", ".join(f"{name} {version(name)}" for name in libraries)


@pytest.fixture(scope="session")
def gmail_server() -> Iterator[LocalGmail]:
    with LocalGmail() as server:
        yield server


@pytest.fixture
def gmail(gmail_server: LocalGmail) -> Iterator[LocalGmail]:
    """The local Gmail server without anything that an earlier test left in it."""
    gmail_server.clear()
    yield gmail_server
    gmail_server.clear()


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """Where scripts are played without and with the instrumentation."""
    with Stage() as one:
        yield one


@pytest.fixture
def recording() -> Recording:
    return Recording()


@pytest.fixture
def instrument(recording: Recording) -> Iterator[Callable[..., None]]:
    """Switch the call layer on with the options that a test needs."""
    instrumentor = GoogleApiClientInstrumentor()

    def switch_on(**options: Any) -> None:
        given: dict[str, Any] = {"tracer_provider": recording.tracer_provider, **options}
        instrumentor.instrument(**given)

    yield switch_on
    if instrumentor.is_instrumented_by_opentelemetry:
        instrumentor.uninstrument()


@pytest.fixture
def instrumented(instrument: Callable[..., None], recording: Recording) -> Recording:
    """The call layer with default options, and what it records."""
    instrument()
    return recording


@pytest.fixture
def instrument_wire(recording: Recording) -> Iterator[Callable[..., None]]:
    """Switch the wire layer on with the options that a test needs."""
    instrumentor = Httplib2Instrumentor()
    providers: dict[str, Any] = {
        "tracer_provider": recording.tracer_provider,
        "meter_provider": recording.meter_provider,
    }

    def switch_on(**options: Any) -> None:
        instrumentor.instrument(**{**providers, **options})

    yield switch_on
    if instrumentor.is_instrumented_by_opentelemetry:
        instrumentor.uninstrument()


@pytest.fixture
def wire(instrument_wire: Callable[..., None], recording: Recording) -> Recording:
    """The wire layer with default options, and what it records."""
    instrument_wire()
    return recording


@pytest.fixture
def http() -> Iterator[httplib2.Http]:
    connection = httplib2.Http(timeout=10)
    yield connection
    connection.close()


@pytest.fixture
def build(gmail: LocalGmail) -> Callable[..., Any]:
    """Build a service for the local server, as an application would."""

    def build_service(http: Any, **arguments: Any) -> Any:
        return build_from_document(gmail.discovery_document(), http=http, **arguments)

    return build_service


@pytest.fixture
def messages(build: Callable[..., Any], http: httplib2.Http) -> Callable[[], Any]:
    """``users.messages`` of a service that was built after whatever the test did before."""
    return lambda: build(http).users().messages()
