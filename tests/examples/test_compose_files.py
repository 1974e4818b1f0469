# SPDX-License-Identifier: Apache-2.0
"""All compose files: they are valid, name what they run exactly, and open no port to others."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from demo.application import EXAMPLES

FILES = sorted(
    {*EXAMPLES.rglob("compose*.y*ml"), *EXAMPLES.rglob("docker-compose*.y*ml")},
)
_LOOPBACK = ("127.0.0.1", "[::1]", "::1")


def test_there_are_compose_files() -> None:
    assert EXAMPLES / "jaeger" / "compose.yaml" in FILES


def services(file: Path) -> dict[str, dict[str, Any]]:
    return YAML(typ="safe").load(file.read_text("utf-8"))["services"]


def is_pinned(image: str) -> bool:
    """Whether a name says which image: by its digest, or a tag with the whole version."""
    _, _, tag = image.rpartition("/")[2].partition(":")
    return bool(
        re.fullmatch(r"v?\d+\.\d+\.\d+([-.+][\w.-]+)?(@sha256:[0-9a-f]{64})?", tag)
        or re.search(r"@sha256:[0-9a-f]{64}$", image)
    )


def is_on_loopback(port: Any) -> bool:
    """Whether a published port, in the short or the long form, is bound to this machine alone."""
    if isinstance(port, dict):
        return port.get("host_ip") in _LOOPBACK
    return str(port).startswith(tuple(f"{address}:" for address in _LOOPBACK))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_it_is_valid(file: Path) -> None:
    """By the schema of the Compose specification, and by docker where its plugin is there."""
    checker = Path(sys.executable).with_name("check-jsonschema")
    command = [checker, "--builtin-schema", "vendor.compose-spec", file]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    if has_docker_compose():
        command = ["docker", "compose", "--file", file, "config", "--quiet"]
        checked = subprocess.run(command, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_its_images_are_pinned(file: Path) -> None:
    images = [service.get("image", "") for service in services(file).values()]
    assert images
    assert [image for image in images if not is_pinned(image)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_it_publishes_ports_on_this_machine_only(file: Path) -> None:
    ports = [port for service in services(file).values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not is_on_loopback(port)] == []
    modes = [service.get("network_mode") for service in services(file).values()]
    assert "host" not in modes


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_the_files_that_it_mounts_exist(file: Path) -> None:
    for service in services(file).values():
        for volume in service.get("volumes", []):
            source = volume["source"] if isinstance(volume, dict) else volume.split(":")[0]
            if source.startswith("."):
                assert (file.parent / source).exists(), source


def has_docker_compose() -> bool:
    if not shutil.which("docker"):
        return False
    version = ["docker", "compose", "version"]
    return subprocess.run(version, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("image", "pinned"),
    [
        ("jaegertracing/jaeger:2.21.0", True),
        ("registry.example:5000/team/image:1.2.3-alpine", True),
        ("prom/prometheus:v3.5.0", True),
        ("grafana/otel-lgtm@sha256:" + "a" * 64, True),
        ("grafana/otel-lgtm:latest", False),
        ("grafana/otel-lgtm", False),
        ("registry.example:5000/team/image", False),
        ("jaegertracing/jaeger:2", False),
        ("jaegertracing/jaeger:2.21", False),
        ("jaegertracing/jaeger:${VERSION:-2.21.0}", False),
        ("", False),
    ],
)
def test_what_counts_as_pinned(image: str, pinned: bool) -> None:
    assert is_pinned(image) is pinned


@pytest.mark.parametrize(
    ("port", "on_loopback"),
    [
        ("127.0.0.1:4318:4318", True),
        ("127.0.0.1::4318", True),
        ("[::1]:4318:4318", True),
        ({"target": 4318, "published": "4318", "host_ip": "127.0.0.1"}, True),
        ("4318:4318", False),
        (4318, False),
        ("0.0.0.0:4318:4318", False),
        ("127.0.0.10:4318:4318", False),
        ({"target": 4318, "published": "4318"}, False),
    ],
)
def test_what_counts_as_published_on_this_machine(port: Any, on_loopback: bool) -> None:
    assert is_on_loopback(port) is on_loopback
