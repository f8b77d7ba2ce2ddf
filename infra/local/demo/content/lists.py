"""Which mailing lists does the demo have, and who reads them? Addresses that can never belong to anybody (RFC 2606)."""

LISTS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "partners": (
        "Partners",
        (
            ("safer-internet-centre@example.org", "en"),
            ("youth-foundation@example.org", "en"),
            ("ecole-secondaire@example.org", "fr"),
            ("mouvement-de-jeunesse@example.org", "fr"),
            ("jeugdhuis@example.org", "nl"),
            ("beratungsstelle@example.org", "de"),
            ("markaz-alshabab@example.org", "ar"),
        ),
    ),
    "youth": (
        "Young people",
        (
            ("peer-expert-1@example.org", "en"),
            ("pair-expert-2@example.org", "fr"),
            ("peer-expert-3@example.org", "nl"),
            ("peer-expert-4@example.org", "de"),
            ("khabir-5@example.org", "ar"),
        ),
    ),
}
