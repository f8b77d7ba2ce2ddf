"""What do we say on one connection, and what follows from each answer? The protocol alone, without a socket.

With PIPELINING (RFC 2920) one turn carries the body of a letter and the whole envelope of the next; without, every
command waits for its answer. ``DATA`` ends a turn either way: only its 354 lets the body go out.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum

from services.newsletter.smtp.letters import Book, Fate, Letter, Outcome
from services.newsletter.smtp.replies import Reply, ReplyReader


class Step(Enum):
    """Which command an answer belongs to."""

    RESET = "RSET"
    MAIL = "MAIL"
    RECIPIENT = "RCPT"
    DATA = "DATA"
    BODY = "body"
    NOTHING = "."  # the end of a message that has no recipient (RFC 2920 §3.1)
    QUIT = "QUIT"


@dataclass(slots=True)
class _Command:
    step: Step
    letter: Letter | None
    data: bytes
    ends_at: int = 0  # how many bytes of the connection are out when this command is


_CLOSING = 421
_EXPECTED = (Step.MAIL, Step.RECIPIENT, Step.RESET, Step.NOTHING)  # a yes to these needs no thought


class Dialogue:
    """One connection's conversation. Feed it what arrives, send what it returns, tell it when the line is dead."""

    def __init__(self, book: Book, *, sender: str, is_pipelining: bool, is_8bit: bool) -> None:
        self._book = book
        self._is_pipelining = is_pipelining
        self._is_8bit = is_8bit
        self._mail = f"MAIL FROM:<{sender}>{' BODY=8BITMIME' if is_8bit else ''}\r\n".encode("ascii")
        self._reader = ReplyReader()
        self._queued: deque[_Command] = deque()
        self._awaited: deque[_Command] = deque()
        self._refusal: Outcome | None = None
        self._bytes_out = 0
        self.settled = 0  # letters this connection brought an answer for
        self.is_over = False
        self.is_finished = False  # over because the book gave no more
        self.complaint: Reply | None = None  # the relay's no to us, not to a letter

    def start(self) -> bytes:
        """Return the first bytes to send."""
        self._take_letter()
        return self._turn()

    def receive(self, data: bytes) -> bytes:
        """Note the answers in ``data`` and return what to say next; raises NotSmtp. Check ``is_over`` afterwards."""
        for reply in self._reader.feed(data):
            self._note(reply)
            if self.is_over:
                self.lose()
                return b""
        return self._turn()

    def lose(self, *, bytes_sent: int | None = None) -> None:
        """Settle what is open when the line is dead and ``bytes_sent`` (all, unless said otherwise) had left us.

        A relay can only have taken a letter whose last byte, the dot, went out.
        """
        self.is_over = True
        sent = self._bytes_out if bytes_sent is None else bytes_sent
        open_ones = [*self._awaited, *self._queued]
        self._awaited.clear()
        self._queued.clear()
        for letter in {command.letter.key: command.letter for command in open_ones if command.letter}.values():
            is_out = any(
                one.letter is letter and one.step is Step.BODY and 0 < one.ends_at <= sent for one in open_ones
            )
            self._book.settle(letter, Outcome(Fate.IN_DOUBT if is_out else Fate.UNSENT))

    @property
    def awaits_verdict(self) -> bool:
        """Tell whether a body is out and its answer is not here yet: the one wait that must be long."""
        return bool(self._awaited) and self._awaited[0].step is Step.BODY

    # what goes out

    def _turn(self) -> bytes:
        """Return the bytes of everything that may go out before the next answer."""
        out = []
        while self._queued and self._may_go_on():
            command = self._queued.popleft()
            self._bytes_out += len(command.data)
            command.ends_at = self._bytes_out
            self._awaited.append(command)
            out.append(command.data)
        return b"".join(out)

    def _may_go_on(self) -> bool:
        if not self._awaited:
            return True
        return self._is_pipelining and self._awaited[-1].step is not Step.DATA

    def _say(self, step: Step, data: bytes, letter: Letter | None = None) -> None:
        self._queued.append(_Command(step, letter, data))

    def _take_letter(self) -> None:
        letter = self._book.next_letter(is_8bit=self._is_8bit)
        if letter is None:
            self._say(Step.QUIT, b"QUIT\r\n")
            self.is_finished = True
            return
        self._say(Step.MAIL, self._mail, letter)
        self._say(Step.RECIPIENT, b"RCPT TO:<%s>\r\n" % letter.recipient.encode("ascii"), letter)
        self._say(Step.DATA, b"DATA\r\n", letter)

    # what comes in

    def _note(self, reply: Reply) -> None:
        if not self._awaited:  # unasked: the relay says goodbye
            self._hang_up(reply)
            return
        command = self._awaited.popleft()
        if reply.is_positive and command.step in _EXPECTED:
            return
        if command.step is Step.BODY and command.letter:
            self._settle(command.letter, _verdict(reply))
            self.is_over = reply.code == _CLOSING or 300 <= reply.code < 400
        elif _is_about_us(command.step, reply):
            self._awaited.appendleft(command)  # its letter is unsent
            self._hang_up(reply)
        elif command.step is Step.RECIPIENT and not reply.is_positive:
            self._refuse(command.letter, _verdict(reply))
        elif command.step is Step.DATA and command.letter:
            self._decide(command.letter, reply)
        elif command.step is Step.QUIT:
            self.is_over = True

    def _hang_up(self, reply: Reply) -> None:
        """End on an answer that is about us or about the relay, never about one letter."""
        self.complaint, self.is_over = reply, True

    def _refuse(self, letter: Letter | None, refusal: Outcome) -> None:
        """Remember that the recipient is refused; DATA, where it isn't out yet, would be asked in vain."""
        self._refusal = refusal
        if not self._is_pipelining:
            self._queued.popleft()
            self._drop(letter, has_begun=False)

    def _decide(self, letter: Letter, reply: Reply) -> None:
        """Act on the answer to DATA: the body, or what takes us out of a transaction without one."""
        if self._refusal:
            self._drop(letter, has_begun=reply.code == 354)
        elif reply.code < 400 and reply.code != 354:
            self._book.settle(letter, Outcome(Fate.UNSENT))
            self._hang_up(reply)  # neither a yes nor a no: we no longer understand each other
        elif reply.code != 354:
            self._refusal = _verdict(reply)
            self._drop(letter, has_begun=False)
        elif not self._book.is_wanted(letter):
            self._settle(letter, Outcome(Fate.UNSENT))
            self.is_over = True  # after a 354, hanging up is the only way not to send
        else:
            self._book.intend(letter)
            self._say(Step.BODY, letter.message + b".\r\n", letter)
            self._take_letter()

    def _drop(self, letter: Letter | None, *, has_begun: bool) -> None:
        """Leave the transaction of a refused recipient and take the next letter."""
        if letter and self._refusal:
            self._settle(letter, self._refusal)
        self._refusal = None
        self._say(*((Step.NOTHING, b".\r\n") if has_begun else (Step.RESET, b"RSET\r\n")))
        self._take_letter()

    def _settle(self, letter: Letter, outcome: Outcome) -> None:
        self.settled += 1
        self._book.settle(letter, outcome)


def _is_about_us(step: Step, reply: Reply) -> bool:
    """Tell whether an answer before the body has nothing to do with the recipient."""
    is_refused_sender = step is Step.MAIL and not reply.is_positive
    is_nonsense = step is Step.RECIPIENT and reply.code < 400 and not reply.is_positive
    return reply.code == _CLOSING or is_refused_sender or is_nonsense


def _verdict(reply: Reply) -> Outcome:
    if reply.is_positive:
        fate = Fate.ACCEPTED
    elif reply.code < 400:
        fate = Fate.IN_DOUBT  # nothing RFC 5321 knows here
    else:
        fate = Fate.REJECTED if reply.is_permanent else Fate.LATER
    return Outcome(fate, reply.code, reply.status)
