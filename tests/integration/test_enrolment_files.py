"""A box that never reached its hub is taken in by a stick, and its couriers are taken from then on (PROTOCOL 13)."""

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.letter import read_letter, write_letter
from schoolbox.config import Config
from schoolbox.wiring import Box, open_box
from sync.courier_folder import read_named
from sync.enrolment_files import (
    ANSWER_KIND,
    ANSWER_NAME,
    FILE_BYTES_MAX,
    EnrolmentAnswer,
    EnrolmentRequest,
    Given,
    check_number,
    read_answer,
    request_mark,
    write_answer,
    write_request,
)
from sync.errors import AnswerError, CheckNumberError, OtherBoxError, StaleAnswerError
from sync.hub.enrolments import Enrolments
from sync.hub.errors import BadRequestError, CodeError
from sync.hub.folder import DataFolder
from sync.hub.request_sticks import OnStick, read_request_stick
from sync.hub.requests import Requests
from sync.wire import decode_record
from tests.simulators.courier_rig import Courier, courier_box
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.programs import command
from tests.unit.test_statements import VECTORS

AGIMI = ("Agimi", "Gjilan")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@pytest.fixture
def school(hub: RunningHub, tmp_path: Path) -> Iterator[Courier]:
    with courier_box(tmp_path / "box", hub, enrolled=False) as courier:
        yield courier


def asked(school: Courier, code: str = "", *, anew: bool = False) -> Path:
    school.box.enrolment_files.write(school.stick(), code, anew=anew)
    return school.stick()


def read_in(hub: RunningHub, stick: Path, place: tuple[str, str] | None = AGIMI) -> OnStick:
    [found] = read_request_stick(hub.hub.requests, stick, place)
    return found


def number(found: OnStick) -> str:
    assert found.asked is not None
    return found.asked.check_number


def answer_on(school: Courier) -> bytes:
    raw = read_named(school.stick(), school.box_id, ANSWER_NAME, limit=FILE_BYTES_MAX)
    assert raw is not None
    return raw


def knows_no_hub(box: Box) -> bool:
    return box.uplink.credentials() is None and box.uplink.courier_keys() is None


def test_a_box_that_never_had_a_line_sends_couriers_and_later_speaks_over_the_line(
    school: Courier, hub: RunningHub
) -> None:
    stick = asked(school)
    waits = read_in(hub, stick, None)
    assert (waits.problem, waits.written) == ("", False)
    assert school.box.enrolment_files.read(stick, number(waits)) is None
    assert [one.box for one in hub.hub.requests.waiting()] == [school.box_id]
    hub.hub.requests.bind(school.box_id, " Agimi ", "Gjilan")
    assert hub.hub.requests.waiting() == []
    assert read_in(hub, stick, None).written
    given = school.box.enrolment_files.read(stick, number(waits).lower().replace("-", " "))
    assert given is not None
    assert (given.school, given.municipality, given.hub) == (*AGIMI, "Komuna e Gjilanit")
    assert school.box.school.facts().name == "Agimi"
    ids = school.learn(3)
    school.box.couriers.write(stick)
    [taken] = school.to_town(stick).taken
    assert (taken.new, school.box.couriers.read(stick).sent) == (3, 3)
    assert set(ids) <= set(school.arrived())
    on_a_line = msgspec.structs.replace(given.credentials, endpoint=f"{hub.url}/xapi/")
    school.box.uplink.remember(msgspec.structs.replace(given, credentials=on_a_line))
    assert school.over_the_line().ok


def test_a_code_in_the_request_stands_for_the_person_at_the_hub_and_works_once(
    school: Courier, hub: RunningHub, tmp_path: Path
) -> None:
    code = hub.hub.enrolments.make_code(*AGIMI).code
    stick = asked(school, code)
    found = read_in(hub, stick, None)
    assert (found.written, found.problem) == (True, "")
    with courier_box(tmp_path / "second", hub, enrolled=False) as second:
        again = read_in(hub, asked(second, code), None)
        assert (again.written, "used already" in again.problem) == (False, True)
        typed_wrong = read_in(hub, asked(second, "0000-0000"), None)
        assert "no such code" in typed_wrong.problem
    assert school.box.enrolment_files.read(stick, number(found)) is not None


def test_the_same_request_is_answered_alike_whichever_stick_was_lost(school: Courier, hub: RunningHub) -> None:
    read_in(hub, asked(school))
    first = answer_on(school)
    found = read_in(hub, asked(school), ("Drita", "Gjilan"))
    assert answer_on(school) == first
    given = school.box.enrolment_files.read(school.stick(), number(found))
    assert given is not None
    assert given.school == "Agimi"
    with pytest.raises(StaleAnswerError):
        school.box.enrolment_files.read(school.stick(), number(found))
    assert school.box.uplink.credentials() == given.credentials


def test_an_answer_to_an_older_request_is_told_as_that(school: Courier, hub: RunningHub) -> None:
    old = read_in(hub, asked(school))
    stale = answer_on(school)
    new = read_in(hub, asked(school, anew=True))
    with pytest.raises(StaleAnswerError):
        school.box.enrolment_files.take(stale, number(old))
    assert knows_no_hub(school.box)
    assert school.box.enrolment_files.read(school.stick(), number(new)) is not None


def test_what_was_withdrawn_is_given_to_nobody_again(school: Courier, hub: RunningHub) -> None:
    read_in(hub, asked(school))
    hub.hub.care.withdraw(school.box_id, by="test")
    assert "good no longer" in read_in(hub, school.stick()).problem
    found = read_in(hub, asked(school, anew=True), ("Drita", "Prizren"))
    given = school.box.enrolment_files.read(school.stick(), number(found))
    assert given is not None
    assert given.school == "Drita"


def forged(answer: bytes) -> bytes:
    """The same answer, signed by a stranger."""
    key = Ed25519PrivateKey.generate()
    return write_letter(ANSWER_KIND, read_answer(answer).said, key.public_key().public_bytes_raw().hex(), key.sign)


def test_answers_of_others_change_nothing(school: Courier, hub: RunningHub, tmp_path: Path) -> None:
    found = read_in(hub, asked(school))
    right, check, files = answer_on(school), number(found), school.box.enrolment_files
    with running_hub(tmp_path / "elsewhere") as other:
        foreign = other.hub.requests.take(files.request())
        foreign = other.hub.requests.bind(foreign.box, *AGIMI)
    with courier_box(tmp_path / "second", hub, enrolled=False) as second:
        read_in(hub, asked(second))
        of_another_box = answer_on(second)
    for wrong in (b"", b"hello", right[:-1], right.replace(b'"request":"', b'"request":"0'), b"x" * FILE_BYTES_MAX * 2):
        with pytest.raises(AnswerError):
            files.take(wrong, check)
    with pytest.raises(OtherBoxError):
        files.take(of_another_box, check)
    for raw, typed in ((right, "0000-0000-0000"), (right, ""), (forged(right), check), (foreign.answer or b"", check)):
        with pytest.raises(CheckNumberError):
            files.take(raw, typed)
    assert knows_no_hub(school.box)
    assert files.take(right, check).school == "Agimi"


def test_an_answer_that_was_signed_by_one_and_sealed_by_another_is_refused(school: Courier, hub: RunningHub) -> None:
    read_in(hub, asked(school))
    said, key = read_answer(answer_on(school)).said, Ed25519PrivateKey.generate()
    public, mark = key.public_key().public_bytes_raw().hex(), said.request
    garbage = b64encode(b"x" + b64decode(said.sealed)).decode()
    for one in (said, EnrolmentAnswer(box=said.box, request=mark, sealed=garbage)):
        raw = write_letter(ANSWER_KIND, one, public, key.sign)
        with pytest.raises(AnswerError) as caught:
            school.box.enrolment_files.take(raw, check_number(public, mark))
        assert type(caught.value) is AnswerError
    assert knows_no_hub(school.box)


def test_a_request_that_was_changed_or_wears_the_number_of_another_box_is_refused(
    school: Courier, hub: RunningHub
) -> None:
    raw, requests = school.box.enrolment_files.request(), hub.hub.requests
    for wrong in (b"", raw[:-1], raw.replace(b'"code":""', b'"code":"A"'), b"x" * FILE_BYTES_MAX * 2):
        with pytest.raises(BadRequestError):
            requests.take(wrong)
    read_in(hub, asked(school))
    stranger = Stranger(school.box_id)
    taken = requests.take(stranger.request())
    with pytest.raises(CodeError) as caught:
        requests.bind(taken.box, *AGIMI)
    assert caught.value.reason == "box-other-key"
    with pytest.raises(CodeError) as caught:
        requests.take(stranger.request(hub.hub.enrolments.make_code(*AGIMI).code))
    assert caught.value.reason == "box-other-key"
    assert hub.hub.accounts.sender_of_box(school.box_id) is not None


def test_a_box_of_another_school_is_taken_over_only_after_it_was_withdrawn(school: Courier, hub: RunningHub) -> None:
    read_in(hub, asked(school))
    moved = read_in(hub, asked(school, anew=True), ("Drita", "Prizren"))
    assert "another school" in moved.problem
    hub.hub.care.withdraw(school.box_id, by="test")
    assert read_in(hub, school.stick(), ("Drita", "Prizren")).written


def test_no_secret_key_leaves_the_box_and_no_secret_lies_open_at_the_hub(school: Courier, hub: RunningHub) -> None:
    request = school.box.enrolment_files.request()
    found = read_in(hub, asked(school))
    answer = answer_on(school)
    kept = json.loads((school.box.config.data / "keys" / "enrolment.json").read_bytes())
    given = school.box.enrolment_files.read(school.stick(), number(found))
    assert given is not None
    secret = given.credentials.secret.encode()
    for raw in (request, answer, (hub.folder / "hub.db").read_bytes(), (hub.folder / "hub.db-wal").read_bytes()):
        assert secret not in raw
        assert kept["identity"].encode() not in raw
    assert not (school.box.config.data / "keys" / "enrolment.json").exists()
    assert (school.box.config.data / "keys" / "hub.json").stat().st_mode & 0o777 == 0o600


class Killed(BaseException):
    """The program is gone; no `Exception`, because nothing may catch it."""


class MortalDisk(Disk):
    """The real disk until `left` more steps were done; it lies in nothing else."""

    left: int | None = None

    def fsync(self, file: FileIO, path: Path) -> None:
        self._step()
        super().fsync(file, path)

    def replace(self, src: Path, dst: Path) -> None:
        self._step()
        super().replace(src, dst)

    def unlink(self, path: Path) -> None:
        self._step()
        super().unlink(path)

    def fsync_folder(self, path: Path) -> None:
        self._step()
        super().fsync_folder(path)

    def _step(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed


@contextmanager
def mortal_box(data: Path) -> Iterator[tuple[Box, MortalDisk]]:
    disk = MortalDisk()
    box = open_box(Config(data=data, reserve_mb=0), disk=disk)
    try:
        yield box, disk
    finally:
        disk.left = None
        box.close()


def until_it_lives(data: Path, does: Callable[[Box], object]) -> int:
    """Do it with a program that is killed one step later each time, until it is not; say how often it was killed."""
    for steps in range(40):
        with mortal_box(data) as (box, disk):
            disk.left = steps
            try:
                does(box)
            except Killed:
                continue
            return steps
    raise AssertionError("it never ended")


def test_a_box_that_is_killed_at_any_step_asks_and_is_taken_in_all_the_same(hub: RunningHub, tmp_path: Path) -> None:
    data, stick = tmp_path / "data", tmp_path / "stick"
    stick.mkdir()
    assert until_it_lives(data, lambda box: box.enrolment_files.write(stick)) > 3
    found = read_in(hub, stick)
    assert until_it_lives(data, lambda box: taken_or_there(box, stick, number(found))) > 3
    with mortal_box(data) as (box, _):
        assert box.uplink.courier_keys() == hub.hub.boxes._courier
        credentials = box.uplink.credentials()
        assert credentials is not None
        assert hub.hub.accounts.sender(credentials.key, credentials.secret).box == box.school.facts().box_id
        assert not box.enrolment_files.awaits()


def taken_or_there(box: Box, stick: Path, check: str) -> None:
    """Read the answer; a box that was killed just before it said so has it already."""
    try:
        box.enrolment_files.read(stick, check)
    except StaleAnswerError:
        assert box.uplink.credentials() is not None


def test_a_hub_that_is_killed_while_it_takes_a_box_in_has_done_nothing_or_all(
    school: Courier, hub: RunningHub
) -> None:
    stick = asked(school)
    for calls in range(3):
        with pytest.raises(Killed):
            read_request_stick(dying_after(hub, calls), stick, ("Drita", "Klinë"))
        assert school.box_id in [one.box for one in hub.hub.requests.waiting()]
        assert hub.hub.accounts.sender_of_box(school.box_id) is None
    found = read_in(hub, stick)
    assert school.box.enrolment_files.read(stick, number(found)) is not None


def dying_after(hub: RunningHub, calls: int) -> Requests:
    """A hub that is killed when it wants random bytes once more: for a new school, the secret, or the key."""
    left = iter(range(calls))

    def token_bytes(count: int) -> bytes:
        if next(left, None) is None:
            raise Killed
        return secrets.token_bytes(count)

    of, keyed, clock = hub.hub.requests._of, DataFolder(hub.folder).open_keyed(), SystemClock()
    enrolments = Enrolments(of.database, keyed, clock, token_bytes)
    return Requests(msgspec.structs.replace(of, enrolments=enrolments), clock, token_bytes)


class Stranger:
    """Somebody who took the number of a box, with a key of their own."""

    def __init__(self, box_id: str) -> None:
        self._key, self._box = Ed25519PrivateKey.generate(), box_id
        self.public = self._key.public_key().public_bytes_raw().hex()

    def sign_bytes(self, raw: bytes) -> bytes:
        return self._key.sign(raw)

    def request(self, code: str = "") -> bytes:
        like = decode_record(VECTORS["enrolment_request"], EnrolmentRequest)
        return write_request(msgspec.structs.replace(like, box=self._box, code=code), self)


def test_the_records_of_the_protocol_are_read_and_written_as_it_says() -> None:
    request = decode_record(VECTORS["enrolment_request"], EnrolmentRequest)
    given = decode_record(VECTORS["enrolment_given"], Given)
    assert msgspec.json.encode(request) == VECTORS["enrolment_request"]
    assert msgspec.json.encode(given) == VECTORS["enrolment_given"]
    key = Ed25519PrivateKey.generate()
    mine = msgspec.structs.replace(given.courier, receipts=key.public_key().public_bytes_raw().hex())
    raw = write_answer(request, "ab" * 32, msgspec.structs.replace(given, courier=mine), key.sign)
    assert read_letter(raw, ANSWER_KIND, EnrolmentAnswer) is not None
    assert given.secret.encode() not in raw
    assert check_number("8a" * 32, request_mark(b"x")) == "K9GW-MEY7-0EHH"


def test_the_commands_of_both_sides_do_it_with_a_stick(tmp_path: Path) -> None:
    data, stick = tmp_path / "data", tmp_path / "stick"
    stick.mkdir()
    with running_hub(tmp_path / "hub") as hub:
        at_hub = ("--data", hub.folder, "--json")
        nothing = command("schoolbox", "--data", data, "enrol", "read", stick, "--check", "1")
        assert nothing.returncode not in (0, 1, 2)
        made = command("schoolbox", "--data", data, "enrol", "request", stick, "--json")
        box = json.loads(made.stdout)["box"]
        assert command("schoolbox-hub", "enrol", "list", *at_hub).stdout.strip() == "[]"
        [waits] = json.loads(command("schoolbox-hub", "enrol", "read", stick, *at_hub).stdout)
        assert (waits["box"], waits["answered"]) == (box, False)
        [listed] = json.loads(command("schoolbox-hub", "enrol", "list", *at_hub).stdout)
        assert listed["box"] == box
        words = ("--box", box, "--school", "Agimi", "--municipality", "Gjilan", "--folder", tmp_path)
        bound = json.loads(command("schoolbox-hub", "enrol", "bind", *words, *at_hub).stdout)
        wrong = command("schoolbox", "--data", data, "enrol", "read", bound["file"], "--check", "0")
        assert wrong.returncode == 89
        check = bound["check_number"]
        done = command("schoolbox", "--data", data, "enrol", "read", bound["file"], "--check", check, "--json")
        assert json.loads(done.stdout)["school"] == "Agimi"
        stale = command("schoolbox", "--data", data, "enrol", "read", bound["file"], "--check", check)
        assert stale.returncode == 88
