"""Anybody checks a certificate or a passport at the hub, by its signature alone (FORMAT 11, 12)."""

import logging
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
from securesystemslib.signer import CryptoSigner

from content_packs.certificate import Certificate, write_code
from content_packs.letter import write_letter
from content_packs.passport import KIND, Course, Passport
from content_packs.sign import KeyChange
from content_packs.trust.academies import academy_id
from sync.hub.papers import Papers
from tests.simulators.hub import RunningHub, make_data, running_hub
from tests.simulators.publisher import Ministry

SAID = Certificate("Arta Krasniqi", "Thyesat", "MASHT", "Agimi", "Gjilan", "2026-11-27", 90, "mash:thyesat-6")


class School:
    """A school with a key of its own, as its box has one."""

    def __init__(self) -> None:
        self._signer = CryptoSigner.generate_ed25519()
        self.key = self._signer.public_key
        self.public = str(self.key.keyval["public"])
        self.id = academy_id(self.public)

    def sign(self, raw: bytes) -> bytes:
        return bytes.fromhex(self._signer.sign(raw).signature)

    def certificate(self) -> str:
        return write_code(SAID, self.public, self.sign)

    def passport(self, certificate: str, *, given_name: str = "Arta", title: str = "Thyesat") -> bytes:
        course = Course(
            SAID.pack_id, {"sq": title}, {"sq": "MASHT"}, "sq", 5, 90, "Agimi", "Gjilan",
            datetime(2026, 11, 27, tzinfo=UTC), certificate,
        )  # fmt: skip
        said = Passport(given_name, "Krasniqi", "sq", 6, "6/2", "Agimi", "Gjilan", date(2026, 11, 28), (course,), ())
        return write_letter(KIND, said, self.public, self.sign)


@pytest.fixture(scope="module")
def agimi() -> School:
    return School()


@pytest.fixture(scope="module")
def ministry(tmp_path_factory: pytest.TempPathFactory, agimi: School) -> Ministry:
    made = Ministry(tmp_path_factory.mktemp("ministry"))
    made.desk().add(agimi.id, names={"sq": "Shkolla Agimi"}, keys=KeyChange(add=[agimi.key]))
    return made


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, ministry: Ministry) -> Iterator[RunningHub]:
    data = tmp_path_factory.mktemp("hub")
    make_data(data / "hub")
    (data / "hub" / "hub.toml").write_text(f'shelf = "{ministry.folder}"\n')
    with running_hub(data / "hub") as running:
        yield running


def check(hub: RunningHub, code: str = "", passport: bytes = b"") -> str:
    with hub.client() as client:
        page = client.get("/check", params={"lang": "en"})
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert found
        files = {"passport": ("passport.txt", passport, "text/plain")}
        answer = client.post("/check", data={"csrf_token": found[1], "code": code}, files=files if passport else None)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.text


def test_a_stranger_checks_a_certificate_of_a_listed_school_without_signing_in(
    hub: RunningHub, agimi: School, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for text in (agimi.certificate(), f"HTTP://192.168.8.1/CHECK/{agimi.certificate()}"):
        page = check(hub, text)
        assert "This is genuine." in page
        assert "Shkolla Agimi" in page
        assert "Arta Krasniqi" in page
        assert "Names of pupils never reach the hub" not in page
    assert "Krasniqi" not in caplog.text
    assert agimi.certificate() not in caplog.text


def test_a_school_that_nobody_listed_is_told_apart(hub: RunningHub) -> None:
    stranger = School()
    page = check(hub, stranger.certificate())
    assert "does not list the school that signed" in page
    assert stranger.id in page
    assert "This is genuine." not in page


def test_changed_and_strange_texts_get_a_sentence_each(hub: RunningHub, agimi: School) -> None:
    page = check(hub, agimi.certificate()[:-1])
    assert "This is not genuine." in page
    assert "Krasniqi" not in page
    assert "This is not genuine." in check(hub, passport=agimi.passport(agimi.certificate())[:-1])
    for code, raw in (("hello", b""), ("", b""), ("", b"%PDF-1.7")):
        assert "This is neither a certificate nor a passport." in check(hub, code, raw)


def test_a_passport_says_who_signed_it_and_who_each_certificate_in_it(hub: RunningHub, agimi: School) -> None:
    other = School()
    page = check(hub, passport=agimi.passport(other.certificate()))
    assert "This is genuine." in page
    assert "Signed by a school that the registry does not list" in page
    assert "Its certificate is not genuine" in check(hub, passport=agimi.passport("SB1AAAA"))


def test_a_key_of_anybody_says_no_more_of_a_course_than_its_certificate(hub: RunningHub, agimi: School) -> None:
    anybody = School()
    page = check(hub, passport=anybody.passport(agimi.certificate(), title="Fizikë"))
    assert "Signed by Shkolla Agimi" in page
    assert "Thyesat" in page
    assert "Fizikë" not in page
    page = check(hub, passport=anybody.passport(agimi.certificate(), given_name="Blend"))
    assert "It is for another name: Arta Krasniqi" in page


def test_the_page_may_be_posted_only_from_itself(hub: RunningHub, agimi: School) -> None:
    with hub.client() as client:
        assert client.post("/check", data={"code": agimi.certificate()}).status_code == httpx.codes.BAD_REQUEST


def test_a_hub_without_a_registry_or_with_a_wrong_one_knows_no_school(
    tmp_path: Path, ministry: Ministry, agimi: School
) -> None:
    assert Papers(None).certificate(agimi.certificate()).state == "unknown"
    assert Papers(tmp_path / "nothing").certificate(agimi.certificate()).state == "unknown"
    assert Papers(ministry.folder).certificate(agimi.certificate()).state == "known"
    stranger = Ministry(tmp_path / "stranger")
    wrong = tmp_path / "wrong"
    (wrong / "meta").mkdir(parents=True)
    (wrong / "meta" / "1.root.json").write_bytes(stranger.root)
    (wrong / "meta" / "registry.json").write_bytes((ministry.folder / "meta" / "registry.json").read_bytes())
    assert Papers(wrong).certificate(agimi.certificate()).state == "unknown"
