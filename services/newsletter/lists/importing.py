"""How do many subscribers come at once, with consent given elsewhere? All of a file, or nothing of it."""

import csv
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from django.db import transaction

from services.newsletter.lists.addresses import (
    AddressRefused,
    LanguageRefused,
    address_hash,
    normal_address,
    normal_language,
)
from services.newsletter.lists.models import MailingList, Subscriber, Subscription, Suppression

CHUNK = 1000
State = Subscription.State


class ImportRefused(Exception):
    """The file has wrong rows; each complaint names its line."""

    def __init__(self, complaints: list[str]) -> None:
        super().__init__(f"{len(complaints)} rows are wrong")
        self.complaints = complaints


@dataclass(frozen=True)
class Row:
    """One person of the file, in normal form."""

    address: str
    language: str
    country: str = ""


@dataclass(frozen=True)
class ImportReport:
    subscribed: int = 0
    already: int = 0
    left: int = 0
    suppressed: int = 0

    def __add__(self, other: "ImportReport") -> "ImportReport":
        return ImportReport(
            self.subscribed + other.subscribed,
            self.already + other.already,
            self.left + other.left,
            self.suppressed + other.suppressed,
        )


def read_rows(file: TextIO) -> list[Row]:
    """Return the rows of a CSV file without its header and repetitions; raises ImportRefused with every wrong line."""
    rows: dict[str, Row] = {}
    complaints = []
    reader = csv.reader(file, strict=True)
    try:
        for cells in reader:
            if not any(cells) or (reader.line_num == 1 and cells[0].strip().lower() == "address"):
                continue
            try:
                row = _row(cells)
            except ValueError as error:
                complaints.append(f"line {reader.line_num}: {error}")
            else:
                rows.setdefault(row.address, row)
    except (csv.Error, UnicodeDecodeError) as error:
        complaints.append(f"line {reader.line_num + 1}: this is not CSV in UTF-8 ({error.__class__.__name__}).")
    if complaints:
        raise ImportRefused(complaints)
    return list(rows.values())


def _row(cells: list[str]) -> Row:
    if len(cells) not in {2, 3}:
        raise ValueError("a row is address,language or address,language,country.")
    country = cells[2].strip().upper() if len(cells) == 3 else ""
    if not re.fullmatch(r"([A-Z]{2})?", country):
        raise ValueError("a country is two letters (ISO 3166), such as BE.")
    try:
        return Row(normal_address(cells[0]), normal_language(cells[1]), country)
    except (AddressRefused, LanguageRefused) as error:
        raise ValueError(str(error)) from error


def import_rows(
    rows: list[Row], *, into: MailingList, consent_text: str, at: datetime, is_rehearsal: bool = False
) -> ImportReport:
    """Subscribe everyone in one transaction; a rehearsal does the same and takes it back."""
    report = ImportReport()
    with transaction.atomic():
        for start in range(0, len(rows), CHUNK):
            report += _import_chunk(rows[start : start + CHUNK], into, consent_text, at)
        transaction.set_rollback(is_rehearsal)
    return report


def _import_chunk(rows: list[Row], into: MailingList, consent_text: str, at: datetime) -> ImportReport:
    hashes = {row.address: address_hash(row.address) for row in rows}
    refused = set(Suppression.objects.filter(address_hash__in=hashes.values()).values_list("address_hash", flat=True))
    welcome = [row for row in rows if hashes[row.address] not in refused]
    Subscriber.objects.bulk_create(
        [Subscriber(address_hash=hashes[row.address], created_at=at, **vars(row)) for row in welcome],
        ignore_conflicts=True,
    )
    subscribers = Subscriber.objects.filter(address__in=[row.address for row in welcome])
    standing = dict(into.subscriptions.filter(subscriber__in=subscribers).values_list("subscriber_id", "state"))
    consent = {
        "state": State.CONFIRMED,
        "confirmed_at": at,
        "consent_origin": Subscription.Origin.IMPORT,
        "consent_text": consent_text,
    }
    into.subscriptions.filter(subscriber__in=subscribers, state=State.PENDING).update(**consent)
    Subscription.objects.bulk_create(
        Subscription(list=into, subscriber=subscriber, asked_at=at, **consent)
        for subscriber in subscribers
        if subscriber.pk not in standing
    )
    states = list(standing.values())
    return ImportReport(
        subscribed=len(welcome) - len(states) + states.count(State.PENDING),
        already=states.count(State.CONFIRMED),
        left=states.count(State.UNSUBSCRIBED),
        suppressed=len(rows) - len(welcome),
    )
