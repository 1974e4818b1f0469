# SPDX-License-Identifier: Apache-2.0
"""What was planted wherever a secret or a person can occur is in nothing that leaves the process.

Journeys (the ways in which an application meets an API) times responses times configurations,
through the real googleapiclient, google-auth, oauth2client and httplib2, against a real server.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from google.auth.crypt import RSASigner
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.instrumentation.httplib2._support import guard
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, Sampler

from local_gmail import LocalGmail
from support import campaign, figures
from support.leaving import Exported
from support.planting import Plant, search
from support.tunnel import Tunnel
from trust import plants, responses
from trust.journeys import JOURNEYS, TOKEN_JOURNEYS, UNSCRIPTED_JOURNEYS, World
from trust.responses import RESPONSES, TOKEN_RESPONSES, Script

Rounds = Mapping[str, Mapping[str, Sequence[Script]]]
"""What to script in each round of a journey: the round's name, then target to responses."""

_GOOGLE = "http://gmail.googleapis.com/"
_HEADERS = "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_"
_FIRST_TRIES, _OTHERS_TRY = 2, 16
"""The first configuration tries one of so many responses in a journey, all others one of more."""


def _raising_hook(*_: object) -> None:
    raise LookupError(f"{plants.HOOK.value} {plants.RAISED.value}")


@dataclass(frozen=True)
class Configuration:
    call: Mapping[str, Any] | None = field(default_factory=dict[str, Any])
    """Options of the call layer; None where it is off."""
    wire: Mapping[str, Any] | None = field(default_factory=dict[str, Any])
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    behind_a_proxy: bool = False
    """Whether the API is at its own name, so that the wire layer alone knows whose it is."""
    personal_data_may_leave: bool = False
    sampler: Sampler | None = None

    @property
    def must_stay(self) -> list[Plant]:
        return [
            one for one in plants.PLANTS if one.is_credential or not self.personal_data_may_leave
        ]


_CAPTURE_ALL = {f"{_HEADERS}REQUEST": ".*", f"{_HEADERS}RESPONSE": ".*"}
_HOOKS = {"request_hook": _raising_hook, "response_hook": _raising_hook}
_CHATTY: dict[str, Any] = {
    "user_hash_key": plants.HASH_KEY.value,
    "retry_events": "log",
    "batch_part_spans": "all",
}

CONFIGURATIONS = {
    "both layers": Configuration(),
    "both layers behind a proxy": Configuration(behind_a_proxy=True),
    "the call layer alone": Configuration(wire=None),
    "the wire layer alone": Configuration(call=None, behind_a_proxy=True),
    "personal data": Configuration(
        call={"capture_personal_data": True}, personal_data_may_leave=True
    ),
    "personal data and headers": Configuration(
        call={"capture_personal_data": True},
        environment=_CAPTURE_ALL,
        personal_data_may_leave=True,
    ),
    "all that there is": Configuration(
        call=_CHATTY, wire={"capture_url_template": True}, environment=_CAPTURE_ALL
    ),
    "headers, the wire layer alone": Configuration(
        call=None, environment=_CAPTURE_ALL, behind_a_proxy=True
    ),
    "hooks that raise": Configuration(call=_HOOKS, wire=_HOOKS),
    "excluded methods": Configuration(call={"excluded_methods": "gmail.*"}),
    "metrics only": Configuration(call=_CHATTY, sampler=ALWAYS_OFF),
    "options that are not usable": Configuration(
        call={"user_hash_key": plants.HASH_KEY.value.encode()},
        wire={"excluded_urls": 7},
    ),
}


@pytest.fixture(scope="module")
def gmail() -> Iterator[LocalGmail]:
    with LocalGmail(upload_granularity=1024, read_timeout=0.1) as server:
        yield server


@pytest.fixture(scope="module")
def signer() -> Any:
    return RSASigner(generate_private_key(public_exponent=65537, key_size=2048))


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent again is sent at once, by googleapiclient and by google-auth."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)


@pytest.fixture
def switched_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Exported]]:
    """Switch on what a configuration says."""
    # What was warned of once in this process is to be warned of again.
    monkeypatch.setattr(guard, "_once", guard._Once())
    layers = (GoogleApiClientInstrumentor(), Httplib2Instrumentor())
    exported: list[Exported] = []

    def switch_on(configuration: Configuration) -> Exported:
        for name, value in configuration.environment.items():
            monkeypatch.setenv(name, value)
        exported.append(Exported(configuration.sampler))
        with exported[0].listening():
            for layer, options in zip(
                layers, (configuration.call, configuration.wire), strict=True
            ):
                if options is not None:
                    layer.instrument(**exported[0].providers, **options)
        return exported[0]

    yield switch_on
    for layer in layers:
        if layer.is_instrumented_by_opentelemetry:
            layer.uninstrument()
    for one in exported:
        one.shutdown()


@pytest.fixture
def world(gmail: LocalGmail, signer: Any) -> Iterator[World]:
    made = World(gmail, signer, gmail.url)
    yield made
    made.close()
    gmail.clear()


@pytest.fixture
def world_behind_a_proxy(gmail: LocalGmail, signer: Any) -> Iterator[World]:
    port = int(gmail.url.rpartition(":")[2].rstrip("/"))
    with Tunnel(port) as tunnel:
        made = World(gmail, signer, _GOOGLE, tunnel)
        yield made
        made.close()
    gmail.clear()


def _scripts_for(journey: str) -> Rounds:
    if journey in UNSCRIPTED_JOURNEYS:
        return {"": {}}
    responses = {name: {"*": script, "batch": script} for name, script in RESPONSES.items()}
    if journey in TOKEN_JOURNEYS:
        responses |= {
            f"token: {name}": {"token": script} for name, script in TOKEN_RESPONSES.items()
        }
        responses["token, then scopes"] = {
            "token": TOKEN_RESPONSES["a token"],
            "gmail.users.messages.list": RESPONSES["insufficient scopes"],
        }
    return responses


def _play(
    world: World, journey: str, rounds: Mapping[str, Mapping[str, Sequence[Script]]]
) -> Iterator[str]:
    """Make the journey once for each round; yields the round's name after it."""
    for name, scripts in rounds.items():
        world.gmail.clear()

        def script(target: str, scripts: Mapping[str, Sequence[Script]] = scripts) -> None:
            outcomes = scripts.get(target) or scripts.get("*")
            if outcomes:
                world.gmail.script(target, *outcomes, times=None)

        world.script = script
        for target in scripts:
            script(target)
        JOURNEYS[journey](world)
        yield name


def _share(journey: str, configuration: str) -> Rounds:
    """The rounds that this test plays, other ones for each configuration; in a campaign all."""
    rounds = _scripts_for(journey)
    if campaign.FACTOR > 1 or len(rounds) == 1:
        return rounds
    index = list(CONFIGURATIONS).index(configuration)
    step = _OTHERS_TRY if index else _FIRST_TRIES
    begin = (list(JOURNEYS).index(journey) + index) % step
    return dict(list(rounds.items())[begin::step])


@pytest.mark.parametrize("journey", JOURNEYS)
@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_nothing_planted_leaves_the_process(
    configuration: str,
    journey: str,
    switched_on: Callable[[Configuration], Exported],
    request: pytest.FixtureRequest,
) -> None:
    chosen = CONFIGURATIONS[configuration]
    world = request.getfixturevalue("world_behind_a_proxy" if chosen.behind_a_proxy else "world")
    exported = switched_on(chosen)
    leaks: list[str] = []
    exports = 0
    rounds = _play(world, journey, _share(journey, configuration))
    while True:
        with exported.listening():
            name = next(rounds, None)
        if name is None:
            break
        texts = exported.take()
        exports += sum(map(len, texts.values()))
        result = search(chosen.must_stay, texts)
        figures.add("leaks", "values searched", result.searched)
        figures.add("leaks", "paths")
        for leak in result.leaks:
            core = next(one.core for one in plants.PLANTS if one.place == leak.place)
            leaks.append(f"{name}: {leak} {exported.where(core)}")
    figures.add("leaks", "leaks", len(leaks))

    assert exports > 1000 or _sees_nothing(configuration, journey), "nothing was exported"
    assert not leaks, "\n".join(leaks)


def _sees_nothing(configuration: str, journey: str) -> bool:
    """Where no layer that is on has anything to see."""
    no_calls = {"the wire layer alone", "headers, the wire layer alone", "excluded methods"}
    # httplib2 refuses a host like "alice:password@host" before it would connect.
    unsent = {"an http object of the application", "userinfo"}
    return (configuration in no_calls and journey in unsent) or (
        configuration == "the call layer alone" and journey == "bare http"
    )


def test_every_plant_is_carried_by_some_journey(world: World) -> None:
    """Without instrumentation: what no request and no response holds would be sought in vain."""
    carried = [plants.HASH_KEY.value, plants.HOOK.value]
    redirected = re.findall(r"plants\.(LOCATION_\w+)", inspect.getsource(responses))
    carried.extend(getattr(plants, name).value for name in redirected)
    for journey in JOURNEYS:
        ordinary = dict(list(_scripts_for(journey).items())[:1])
        for _ in _play(world, journey, ordinary):
            for received in world.gmail.requests:
                carried.append(f"{received.url} {received.headers}")
                carried.append(received.body.decode("latin-1"))
    carried.extend(world.sent)
    carried.extend(_responded())

    everything = {"carried": "\n".join(carried)}
    found = {leak.place for leak in search(plants.PLANTS, everything).leaks}
    figures.add("leaks", "places", len(found))
    assert found == {plant.place for plant in plants.PLANTS}


def _responded() -> Iterator[str]:
    for scripts in (*RESPONSES.values(), *TOKEN_RESPONSES.values()):
        for script in scripts:
            yield repr(script)
