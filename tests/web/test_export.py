"""Promises to who serves the site without us: files with the same addresses and the same bytes."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import requests
from click.testing import CliRunner
from flask.testing import FlaskClient

from publisher.cli import main
from publisher.documents import read_documents
from publisher.pipeline import publish, withdraw
from publisher.resources import seeds_path
from publisher.web import Config, create_app
from tests.web.conftest import BASE
from tests.web.html import Page

SEED = "2022-black-sea-grain.txt"
NEED_A_PROGRAM = ("/search", "/query", "/events.csv", "/sparql", "/feed", "/sameas", "/reconcile")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    assert all(d.accepted for d in publish(read_documents(seeds_path(SEED)), data, BASE))
    return data


@pytest.fixture(scope="module")
def site(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("site")
    export(folder, where)
    return where


def export(data: Path, where: Path) -> None:
    result = CliRunner().invoke(main, ["export", "--static", str(where), "--data", str(data)])
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def visitor(folder: Path) -> FlaskClient:
    client = create_app(Config(folder, BASE)).test_client()
    client.get("/")  # counts the events, which pages about them tell of
    return client


def test_every_file_is_what_the_server_would_have_sent(site: Path, visitor: FlaskClient) -> None:
    checked = 0
    for path in sorted(site.rglob("*")):
        name = str(path.relative_to(site))
        kind = name.split("/")[0]
        if path.is_file() and kind in ("event", "claim", "document", "graph", "actor", "wikidata"):
            address = f"/{name}".removesuffix("/index.html")
            answer = visitor.get(address, headers={"Accept": "text/html"})
            assert path.read_bytes() == answer.data, name
            checked += 1
    assert checked > 300


def test_every_link_of_every_page_leads_to_a_file(site: Path) -> None:
    broken = set()
    for path in site.rglob("*.html"):
        own = "/" + str(path.relative_to(site)).removesuffix("index.html")
        for link in Page(path.read_text(encoding="utf-8")).links:
            parts = urlsplit(urljoin(own, link))
            if parts.scheme or parts.netloc or parts.path.startswith(NEED_A_PROGRAM):
                continue
            there = site / unquote(parts.path).lstrip("/")
            if not (there.is_file() or (there / "index.html").is_file()):
                broken.add((own, link))
    assert not broken


def test_a_name_leads_on_to_the_page_about_the_thing(site: Path) -> None:
    (event,) = sorted((site / "id" / "event").iterdir())[:1]
    page = (event / "index.html").read_text(encoding="utf-8")

    assert f"url=/event/{event.name}.html" in page
    assert (site / "event" / f"{event.name}.html").is_file()


def test_the_next_edition_touches_only_what_changed_and_drops_what_is_gone(
    tmp_path: Path, site: Path, folder: Path
) -> None:
    data, where = tmp_path / "data", tmp_path / "site"
    shutil.copytree(folder, data)
    shutil.copytree(site, where)
    stylesheet = where / "static" / "style.css"
    before = stylesheet.stat().st_mtime_ns
    foreign = where / "google-verification.txt"
    foreign.write_text("mine")
    assert withdraw(SEED, data, BASE)
    export(data, where)

    assert stylesheet.stat().st_mtime_ns == before
    assert foreign.read_text() == "mine"
    assert not list((where / "event").glob("*.ttl"))


@pytest.fixture
def nginx(site: Path, tmp_path: Path) -> Iterator[str]:
    """Debian's nginx with the server block that lies beside the files."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("needs nginx")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for parent in (site, *site.parents):
        if parent.stat().st_uid and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    served = (site / "nginx.conf").read_text().replace("127.0.0.1:8080", f"127.0.0.1:{port}")
    (tmp_path / "site.conf").write_text(served)
    (tmp_path / "nginx.conf").write_text(
        f"user root; daemon off; worker_processes 1; pid {tmp_path}/pid; error_log stderr;"
        f"events {{}} http {{ access_log off; include {tmp_path}/site.conf;"
        + "".join(f"{name}_temp_path {tmp_path}/{name};"
                  for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        + "}"
    )  # fmt: skip
    process = subprocess.Popen([program, "-c", str(tmp_path / "nginx.conf")])
    try:
        for _ in range(50):
            try:
                requests.get(f"http://127.0.0.1:{port}/", timeout=1)
                break
            except requests.RequestException:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def test_nginx_serves_the_files_as_we_do(nginx: str, site: Path) -> None:
    name = sorted((site / "id" / "event").iterdir())[0].name
    for accept, suffix in (("text/turtle", "ttl"), ("application/ld+json", "jsonld"),
                           ("text/html,*/*;q=0.1", "html")):  # fmt: skip
        answer = requests.get(f"{nginx}/id/event/{name}", headers={"Accept": accept}, timeout=5)
        assert answer.url.endswith(f"/event/{name}.{suffix}")
        assert answer.headers["Content-Type"].split(";")[0] == accept.split(",")[0]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    linkset = requests.get(f"{nginx}/event/{name}.linkset.json", timeout=5)
    assert linkset.headers["Content-Type"] == "application/linkset+json"
    assert json.loads(linkset.content)["linkset"]
    assert requests.get(f"{nginx}/nginx.conf", timeout=5).status_code == 404
    for place in ("/", "/events", "/ontology/Expulsion", "/wikidata/Q159"):
        assert requests.get(nginx + place, timeout=5).status_code == 200
