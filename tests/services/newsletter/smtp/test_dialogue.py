"""Does the sender draw the right conclusion from every answer, pipelined or not?"""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.newsletter.smtp.dialogue import Dialogue
from services.newsletter.smtp.letters import Fate, Outcome
from tests.services.newsletter.smtp.books import ListBook

BOTH = pytest.mark.parametrize("is_pipelining", [True, False])
ENVELOPE = b"MAIL FROM:<s@example.org>\r\nRCPT TO:<r1@example.org>\r\nDATA\r\n"


def dialogue(book: ListBook, *, is_pipelining: bool, is_8bit: bool = False) -> Dialogue:
    return Dialogue(book, sender="s@example.org", is_pipelining=is_pipelining, is_8bit=is_8bit)


class Server:
    """Answers commands one by one, as a script says, and tells what it took."""

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = answers
        self.taken: list[str] = []
        self._recipient = ""
        self._has_recipient = False
        self._in_body = False
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        return b"".join(self._answer(line) for line in lines)

    def _answer(self, line: bytes) -> bytes:
        if self._in_body:
            return self._end_of_body() if line == b"." else b""
        verb = line[:4].decode()
        if verb == "RCPT":
            self._recipient = line.decode().partition("<")[2].partition(">")[0]
        reply = self.answers.get(f"{verb} {self._recipient}") or self.answers.get(verb) or self._usual(verb)
        if verb == "RCPT":
            self._has_recipient = reply.startswith("2")
        self._in_body = verb == "DATA" and reply.startswith("354")
        return f"{reply}\r\n".encode()

    def _usual(self, verb: str) -> str:
        if verb == "DATA":
            return "354 go" if self._has_recipient else "503 5.5.1 no recipient"
        return {"QUIT": "221 bye"}.get(verb, "250 ok")

    def _end_of_body(self) -> bytes:
        self._in_body = False
        reply = self.answers.get(f"BODY {self._recipient}", "250 2.0.0 taken")
        if self._has_recipient and reply.startswith("2"):
            self.taken.append(self._recipient)
        return f"{reply}\r\n".encode()


def talk(talker: Dialogue, server: Server) -> None:
    """Let the two talk until the dialogue is over."""
    said = talker.start()
    for _ in range(200):
        if talker.is_over:
            return
        answer = server.feed(said)
        said = talker.receive(answer)
        if not answer and not said:
            raise AssertionError("both wait for each other")
    raise AssertionError("they never come to an end")


def test_pipelined_the_body_of_one_letter_travels_with_the_envelope_of_the_next() -> None:
    book = ListBook(2)
    talker = dialogue(book, is_pipelining=True)

    first = talker.start()
    second = talker.receive(b"250 ok\r\n250 ok\r\n354 go\r\n")

    assert first == ENVELOPE
    assert second.startswith(b"Subject: letter")
    assert second.endswith(b"\r\n.\r\n" + ENVELOPE.replace(b"r1@", b"r2@"))
    assert book.events == [("intend", 1)]


def test_in_lockstep_each_command_waits_for_its_answer() -> None:
    talker = dialogue(ListBook(1), is_pipelining=False, is_8bit=True)

    said = [talker.start(), talker.receive(b"250 ok\r\n"), talker.receive(b"250 ok\r\n"), talker.receive(b"354 go\r\n")]

    assert said[:3] == [b"MAIL FROM:<s@example.org> BODY=8BITMIME\r\n", b"RCPT TO:<r1@example.org>\r\n", b"DATA\r\n"]
    assert said[3].endswith(b"\r\n.\r\n")


@BOTH
def test_a_polite_server_takes_every_letter_once(is_pipelining: bool) -> None:
    book, server = ListBook(5), Server({})

    talk(dialogue(book, is_pipelining=is_pipelining), server)

    assert server.taken == [f"r{n}@example.org" for n in range(1, 6)]
    assert book.fates() == dict.fromkeys(range(1, 6), Fate.ACCEPTED)
    assert book.outcomes[1] == [Outcome(Fate.ACCEPTED, 250, "2.0.0")]


@BOTH
@pytest.mark.parametrize("to_data", ["", "354 go anyway"])
def test_a_refused_recipient_costs_nobody_else_their_letter(is_pipelining: bool, to_data: str) -> None:
    answers = {"RCPT r2@example.org": "550 5.1.1 unknown", "DATA r2@example.org": to_data}
    book, server = ListBook(3), Server({verb: answer for verb, answer in answers.items() if answer})

    talk(dialogue(book, is_pipelining=is_pipelining), server)

    assert server.taken == ["r1@example.org", "r3@example.org"]
    assert book.fates() == {1: Fate.ACCEPTED, 2: Fate.REJECTED, 3: Fate.ACCEPTED}
    assert book.outcomes[2] == [Outcome(Fate.REJECTED, 550, "5.1.1")]
    assert ("intend", 2) not in book.events


@BOTH
@pytest.mark.parametrize(
    ("verb", "answer", "fate"),
    [
        ("RCPT", "450 4.2.0 greylisted", Fate.LATER),
        ("DATA", "451 4.3.0 try again", Fate.LATER),
        ("DATA", "554 5.7.1 no", Fate.REJECTED),
        ("BODY", "452 4.3.1 full", Fate.LATER),
        ("BODY", "554 5.6.0 spam", Fate.REJECTED),
    ],
)
def test_each_answer_to_one_letter_concerns_that_letter_only(
    is_pipelining: bool, verb: str, answer: str, fate: Fate
) -> None:
    book, server = ListBook(3), Server({f"{verb} r2@example.org": answer})

    talk(dialogue(book, is_pipelining=is_pipelining), server)

    assert book.fates() == {1: Fate.ACCEPTED, 2: fate, 3: Fate.ACCEPTED}
    assert server.taken == ["r1@example.org", "r3@example.org"]


@BOTH
@pytest.mark.parametrize("answer", ["530 5.7.0 log in first", "451 4.3.0 not now", "421 4.3.2 closing"])
def test_a_no_to_the_sender_ends_the_dialogue_and_leaves_the_letter_unsent(is_pipelining: bool, answer: str) -> None:
    book = ListBook(3)
    talker = dialogue(book, is_pipelining=is_pipelining)

    talk(talker, Server({"MAIL": answer}))

    assert book.fates() == {1: Fate.UNSENT}
    assert talker.complaint is not None
    assert talker.complaint.code == int(answer[:3])
    assert not talker.is_finished


@BOTH
@pytest.mark.parametrize("verb", ["RCPT", "DATA"])
def test_a_relay_that_closes_before_the_body_leaves_the_letter_unsent(is_pipelining: bool, verb: str) -> None:
    book, server = ListBook(3), Server({f"{verb} r2@example.org": "421 4.7.0 too many"})

    talk(dialogue(book, is_pipelining=is_pipelining), server)

    assert book.fates() == {1: Fate.ACCEPTED, 2: Fate.UNSENT}


@BOTH
def test_a_relay_that_closes_in_answer_to_a_body_has_not_taken_it(is_pipelining: bool) -> None:
    book = ListBook(3)

    talk(dialogue(book, is_pipelining=is_pipelining), Server({"BODY r1@example.org": "421 4.3.2 closing"}))

    assert book.fates()[1] is Fate.LATER
    assert set(book.fates().values()) <= {Fate.LATER, Fate.UNSENT}


def test_a_line_lost_after_the_dot_leaves_the_letter_in_doubt() -> None:
    book = ListBook(3)
    talker = dialogue(book, is_pipelining=True)
    talker.start()
    talker.receive(b"250 ok\r\n250 ok\r\n354 go\r\n")

    talker.lose()

    assert book.fates() == {1: Fate.IN_DOUBT, 2: Fate.UNSENT}


def test_a_line_lost_before_the_dot_was_out_leaves_the_letter_unsent() -> None:
    book = ListBook(1)
    talker = dialogue(book, is_pipelining=True)
    sent = len(talker.start())
    body = talker.receive(b"250 ok\r\n250 ok\r\n354 go\r\n")

    talker.lose(bytes_sent=sent + body.index(b"\r\n.\r\n"))

    assert book.fates() == {1: Fate.UNSENT}


@BOTH
def test_a_letter_nobody_wants_any_more_is_not_sent_even_after_the_354(is_pipelining: bool) -> None:
    book, server = ListBook(3, unwanted={2}), Server({})

    talk(dialogue(book, is_pipelining=is_pipelining), server)

    assert server.taken == ["r1@example.org"]
    assert book.fates() == {1: Fate.ACCEPTED, 2: Fate.UNSENT}


CHOICES = st.sampled_from(["", "250 ok", "354 go", "450 4.0.0 later", "550 5.0.0 no", "421 4.0.0 bye"])
SCRIPTS = st.dictionaries(
    st.sampled_from([f"{verb} r{n}@example.org" for verb, n in product(["RCPT", "DATA", "BODY"], range(1, 5))]), CHOICES
)


@given(script=SCRIPTS, is_pipelining=st.booleans(), cut_after=st.integers(1, 30))
def test_whatever_the_relay_answers_the_books_agree_with_what_it_took(
    script: dict[str, str], is_pipelining: bool, cut_after: int
) -> None:
    """Accepted means taken; taken means accepted or in doubt; every letter given out is settled once."""
    server = Server({verb: answer for verb, answer in script.items() if answer})
    book = ListBook(4)
    talker = dialogue(book, is_pipelining=is_pipelining)

    said = talker.start()
    for _ in range(cut_after):
        if talker.is_over:
            break
        said = talker.receive(server.feed(said))
    else:
        server.feed(said)
        talker.lose()

    fates = book.fates()
    taken = {int(address[1]) for address in server.taken}
    assert set(fates) == set(range(1, book.given + 1))
    assert {key for key, fate in fates.items() if fate is Fate.ACCEPTED} <= taken
    assert taken <= {key for key, fate in fates.items() if fate in {Fate.ACCEPTED, Fate.IN_DOUBT}}
    assert len(server.taken) == len(taken)
