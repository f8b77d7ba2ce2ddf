"""How does a claimed delivery become the letter its reader gets? By a template per variant, list and encoding."""

from datetime import UTC, datetime
from email.utils import format_datetime

from django.conf import settings

from services.newsletter.campaigns.models import Campaign, Variant
from services.newsletter.campaigns.variants import archive_url
from services.newsletter.lists.models import MailingList
from services.newsletter.lists.tokens import Purpose, minter
from services.newsletter.sending.ledger import Claimed
from services.newsletter.sending.template import Draft, Filling, MessageTemplate, checked, checked_address
from services.newsletter.smtp.configured import sender_address
from services.newsletter.smtp.letters import Letter


class Writer:
    """Writes the letters of one campaign. ``refresh`` notices variants that were drawn again."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._templates: dict[tuple[int, int, bool], MessageTemplate] = {}
        self._lists: dict[int, MailingList] = {}
        self._versions = self._current_versions()
        self._domain = checked(sender_address().partition("@")[2])
        self._domain_bytes, self._campaign_hex = self._domain.encode("ascii"), campaign.pk.hex.encode("ascii")
        self.tick()

    def tick(self) -> None:
        """Take the time for the letters of the next second: their date and the time in their tokens."""
        self._date = format_datetime(datetime.now(UTC)).encode("ascii")
        self._mint_unsubscribe = minter(Purpose.UNSUBSCRIBE)
        self._mint_preferences = minter(Purpose.PREFERENCES)

    def refresh(self) -> bool:
        """Forget templates of variants that changed; return whether there were any."""
        versions = self._current_versions()
        if versions == self._versions:
            return False
        self._versions = versions
        self._templates.clear()
        return True

    def letter(self, delivery: Claimed, *, is_8bit: bool) -> Letter:
        """Write one letter; its Message-ID is the same should it ever be written again."""
        key = (delivery.variant_id, delivery.list_id, is_8bit)
        template = self._templates.get(key) or self._templates.setdefault(key, self._template(*key))
        address = checked_address(delivery.address)
        filling = Filling(
            to=address.encode("ascii"),
            message_id=b"%s.%d@%s" % (self._campaign_hex, delivery.id, self._domain_bytes),
            date=self._date,
            unsubscribe=self._mint_unsubscribe(delivery.subscriber_id, delivery.list_id),
            preferences=self._mint_preferences(delivery.subscriber_id),
        )
        return Letter(delivery.id, address, template.fill(filling))

    def _template(self, variant_id: int, list_id: int, is_8bit: bool) -> MessageTemplate:
        variant = Variant.objects.get(pk=variant_id)
        mailing_list = self._lists.get(list_id) or self._lists.setdefault(list_id, MailingList.objects.get(pk=list_id))
        draft = Draft(
            sender=settings.MAIL_FROM,
            subject=variant.subject,
            html=variant.html,
            text=variant.text,
            locale=variant.locale,
            list_name=mailing_list.name,
            list_id=f"{mailing_list.slug}.{self._domain}",
            archive_url=archive_url(self._campaign.pk, variant.locale),
            subscribe_url=f"{settings.NEWSLETTER_URL}/subscribe/",
            unsubscribe_prefix=f"{settings.NEWSLETTER_URL}/unsubscribe/",
        )
        return MessageTemplate(draft, is_8bit=is_8bit)

    def _current_versions(self) -> dict[int, int]:
        return dict(self._campaign.variants.values_list("pk", "version"))
