"""Promises about communique explain: every claim in its place, every refusal with its reason."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from publisher.cli import main

TEXT = "Norway expelled two Russian diplomats on Monday. Oslo did not close its embassy in Moscow."
HOSTILE = "Norway expelled two <script>alert(1)</script> Russian diplomats & left."


def explain(tmp_path: Path, text: str, *options: str) -> str:
    note = tmp_path / "note.txt"
    note.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, ["explain", str(note), "--published", "2022-04-05", *options])
    assert done.exit_code == 0, done.stderr
    return done.stdout


def test_a_claim_is_marked_in_the_text_with_its_frame_roles_number_and_day(tmp_path: Path) -> None:
    shown = explain(tmp_path, TEXT)
    assert "Norway expelled two Russian diplomats[1]" in shown
    assert "[1] Expulsion, Occurred" in shown
    assert "actor: Norway" in shown
    assert "diplomats of Russia for Russia" in shown
    assert "count: 2 diplomat (exactly)" in shown
    assert "time: 2022-04-04" in shown
    assert "frame: en-expel-v-expulsion" in shown


def test_what_was_not_taken_is_shown_with_the_reason(tmp_path: Path) -> None:
    assert "close (en-close-v-missionclosure): negated" in explain(tmp_path, TEXT)


def test_every_name_is_listed_with_its_item_score_and_reason(tmp_path: Path) -> None:
    shown = explain(tmp_path, TEXT, "--linking")
    assert "Norway → Norway <http://www.wikidata.org/entity/Q20> 0.98: name of Norway" in shown
    assert "Oslo → Norway" in shown


def test_the_page_holds_the_same_and_escapes_the_text(tmp_path: Path) -> None:
    page = explain(tmp_path, HOSTILE, "--html")
    assert '<section id="claim-1">' in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
