"""Promises to who serves the site without us: files with the same addresses and the same bytes."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pyoxigraph as ox
import pytest
import requests
from click.testing import CliRunner
from flask.testing import FlaskClient

from publisher.cli import main
from publisher.documents import Document, read_documents
from publisher.pipeline import publish, withdraw
from publisher.resources import seeds_path
from publisher.store import newest_snapshot, read_snapshot
from publisher.vocabulary import DIP, LEX
from publisher.web import Config, create_app, wording
from tests.web.conftest import BASE
from tests.web.html import Page

SEED = "2022-black-sea-grain.txt"
DATA = ("/sparql", "/reconcile", "/dumps/SHA256SUMS")
KINDS = ("event", "claim", "document", "graph", "provenance", "extraction", "actor", "wikidata")
FOREIGN, STYLE = "google-verification.txt", "static/style.css"
NEED_A_PROGRAM = ("/search", "/query", "/events.csv", "/sparql", "/feed", "/sameas", "/reconcile")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    assert all(d.accepted for d in publish(read_documents(seeds_path(SEED)), data, BASE))
    return data


@pytest.fixture(scope="module", autouse=True)
def some_of_the_lexicon(folder: Path) -> Iterator[None]:
    """A page for one entry in twenty, and for those that the claims were read by: all take long."""
    frame = ox.NamedNode(str(DIP.frame))
    read = {q.object.value for q in published(folder) if q.predicate == frame}
    known = wording._entries()
    kept = {name: entry for at, (name, entry) in enumerate(known.items())
            if at % 20 == 0 or str(LEX[name]) in read or name.startswith("en-expel-")}  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wording, "_entries", lambda: kept)
        wording._by_class.cache_clear()
        yield
    wording._by_class.cache_clear()


def published(data: Path) -> Iterator[ox.Quad]:
    snapshot = newest_snapshot(data)
    assert snapshot is not None
    yield from read_snapshot(snapshot)


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


def without_links(page: bytes) -> bytes:
    return re.sub(rb' href="[^"]*"', b"", page)


def test_every_file_is_what_the_server_would_have_sent(site: Path, visitor: FlaskClient) -> None:
    checked = 0
    for path in sorted(site.rglob("*")):
        name = str(path.relative_to(site))
        code = "fr" if name.startswith("fr/") else "en"
        name = name.removeprefix("fr/")
        kind = name.split("/")[0]
        if path.is_file() and kind in KINDS:
            address = f"/{name}".removesuffix("/index.html")
            headers = {"Accept": "text/html", "Accept-Language": code}
            sent, written = visitor.get(address, headers=headers).data, path.read_bytes()
            if path.suffix == ".html":
                sent, written = without_links(sent), without_links(written)
            assert written == sent, (code, name)
            checked += 1
    assert checked > 300


def test_each_page_is_there_in_both_languages_and_leads_to_the_other(site: Path) -> None:
    french = {p.relative_to(site / "fr") for p in (site / "fr").rglob("*.html")}
    english = {p.relative_to(site) for p in site.rglob("*.html")} - {"fr" / p for p in french}
    assert {p for p in english if "refresh" not in (site / p).read_text("utf-8")[:200]} == french
    for name in french:
        own = "/" + str(name).removesuffix("index.html")
        for code, folder in (("en", site), ("fr", site / "fr")):
            page = Page((folder / name).read_text(encoding="utf-8"))
            found = {e["hreflang"]: e["href"] for e in page.all("a") if e["hreflang"]}
            absolute = {e["hreflang"]: e["href"] for e in page.all("link") if e["hreflang"]}
            assert absolute == {c: BASE + there for c, there in found.items()}
            assert page.elements[0]["lang"] == code
            assert {c: there.rstrip("/") for c, there in found.items()} == {
                "en": own.rstrip("/"), "fr": f"/fr{own}".rstrip("/")
            }  # fmt: skip


def test_who_reads_french_stays_in_french(site: Path) -> None:
    away = set()
    for path in (site / "fr").rglob("*.html"):
        for element in Page(path.read_text(encoding="utf-8")).elements:
            link = element["href"]
            own = link.startswith("/") and not element["hreflang"] and link not in DATA
            if own and (link.endswith((".html", "/")) or "." not in link.rpartition("/")[2]):
                away.add(link.split("/")[1])
    assert away == {"fr"}


def test_the_language_of_the_pages_at_the_addresses_of_the_server_can_be_chosen(
    tmp_path: Path, folder: Path
) -> None:
    arguments = ["export", "--static", str(tmp_path), "--data", str(folder), "--language", "fr"]
    assert CliRunner().invoke(main, arguments).exit_code == 0

    assert 'lang="fr"' in (tmp_path / "index.html").read_text("utf-8")[:60]
    assert 'lang="en"' in (tmp_path / "en" / "index.html").read_text("utf-8")[:60]
    assert not (tmp_path / "fr").exists()


def test_a_language_that_the_pages_do_not_have_is_refused(tmp_path: Path, folder: Path) -> None:
    arguments = ["export", "--static", str(tmp_path), "--data", str(folder), "--language", "xx"]
    result = CliRunner().invoke(main, arguments)

    assert result.exit_code == 1
    assert "There are en, fr" in result.output


@pytest.fixture(scope="module")
def afterwards(
    folder: Path, site: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, int]:
    """The next edition over a copy of the first, and when that was made.

    The dispatch was withdrawn, an event became part of another, and somebody put a file there.
    """
    data, where = tmp_path_factory.mktemp("later") / "data", tmp_path_factory.mktemp("late") / "s"
    shutil.copytree(folder, data)
    shutil.copytree(site, where)
    (where / FOREIGN).write_text("mine")
    made = (where / STYLE).stat().st_mtime_ns
    assert withdraw(SEED, data, BASE)
    for day in (5, 12):
        text = "Ghana expelled two Libyan diplomats on Monday."
        document = Document("accra.txt", text, date(2022, 4, day), "en")
        assert all(d.accepted for d in publish([document], data, BASE))
    export(data, where)
    return where, made


def test_an_event_that_became_part_of_another_leads_to_it(
    afterwards: tuple[Path, int], tmp_path: Path
) -> None:
    site, _ = afterwards
    old, new = (f"2022-04-{day}-expulsion-ghana-libya" for day in ("04", "11"))

    for place, there in ((f"id/event/{old}/index", f"/id/event/{new}"),
                         (f"event/{old}", f"/event/{new}.html")):  # fmt: skip
        assert f"url={there}" in (site / f"{place}.html").read_text("utf-8")
    with nginx_serving(site, tmp_path) as address:
        for at, form in (("/id", ""), ("", ".ttl"), ("", ".html")):
            answer = requests.get(
                f"{address}{at}/event/{old}{form}", allow_redirects=False, timeout=5
            )
            assert answer.status_code == 301
            assert answer.headers["Location"] == f"{at}/event/{new}{form}"


def test_what_was_withdrawn_is_listed_for_hosts_other_than_nginx(
    afterwards: tuple[Path, int],
) -> None:
    site, _ = afterwards
    listed = (site / "withdrawn.txt").read_text("utf-8").splitlines()
    kinds = {line.removeprefix(f"{BASE}/id/").split("/")[0] for line in listed}
    assert kinds == {"document", "claim", "event", "extraction", "provenance"}
    for line in listed:
        name = line.removeprefix(f"{BASE}/id/")
        assert not list((site / name).parent.glob(f"{(site / name).name}.*")), name


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "text/html"])
def test_what_was_withdrawn_is_410_with_nginx_too_in_the_form_that_is_asked_for(
    afterwards: tuple[Path, int], tmp_path: Path, accept: str
) -> None:
    site, _ = afterwards
    listed = (site / "withdrawn.txt").read_text("utf-8").splitlines()
    suffix = {"text/turtle": "ttl", "application/ld+json": "jsonld", "text/html": "html"}[accept]
    one_a_kind = {line.split("/")[4]: line for line in listed}.values()
    with nginx_serving(site, tmp_path) as address:
        for name in one_a_kind:
            own = name.removeprefix(BASE)
            for place in (own, f"{own.removeprefix('/id')}.{suffix}"):
                answer = requests.get(address + place, headers={"Accept": accept}, timeout=5)
                assert answer.status_code == 410, place
                assert answer.headers["Content-Type"].split(";")[0] == accept
                assert ("Tombstone" in answer.text) == (accept != "text/html")
        assert requests.get(f"{address}/id/event/nobody-knows", timeout=5).status_code == 404
        assert requests.get(f"{address}/withdrawn{place.removeprefix('/id')}").status_code == 404
        french = {"Accept": "text/html", "Accept-Language": "fr"}
        page = requests.get(address + own, headers=french, timeout=5)
        assert (page.status_code, '<html lang="fr">' in page.text) == (410, True)


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
    afterwards: tuple[Path, int], site: Path
) -> None:
    where, made = afterwards

    assert (where / STYLE).stat().st_mtime_ns == made
    assert (where / FOREIGN).read_text() == "mine"
    gone = {p.name for p in (site / "event").glob("*.ttl")}
    assert gone
    assert not gone & {p.name for p in (where / "event").glob("*.ttl")}


@pytest.fixture
def nginx(site: Path, tmp_path: Path) -> Iterator[str]:
    with nginx_serving(site, tmp_path) as address:
        yield address


@contextmanager
def nginx_serving(site: Path, tmp_path: Path) -> Iterator[str]:
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


def test_nginx_speaks_the_language_that_is_asked_for(nginx: str, site: Path) -> None:
    name = sorted((site / "id" / "event").iterdir())[0].name

    french = {"Accept": "text/html", "Accept-Language": "fr-FR,fr;q=0.9,en;q=0.5"}
    english = {"Accept": "text/html", "Accept-Language": "en,fr;q=0.5"}
    data = {"Accept": "text/turtle", "Accept-Language": "fr"}
    for headers, there in ((french, f"/fr/event/{name}.html"), (english, f"/event/{name}.html"),
                           (data, f"/event/{name}.ttl")):  # fmt: skip
        answer = requests.get(f"{nginx}/id/event/{name}", headers=headers, timeout=5)
        assert (answer.status_code, urlsplit(answer.url).path) == (200, there)
    for place in ("/", "/events/", f"/event/{name}.html", "/fr/"):
        answer = requests.get(f"{nginx}{place}?lang=fr", timeout=5)
        assert answer.status_code == 200
        assert '<html lang="fr">' in answer.text
