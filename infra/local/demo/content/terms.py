"""Which themes, audiences, licences and organisations does the demo know?"""

Words = dict[str, str]

THEMES: dict[str, Words] = {
    "cyberbullying": {
        "en": "Cyberbullying",
        "fr": "Cyberharcèlement",
        "nl": "Cyberpesten",
        "de": "Cybermobbing",
        "ar": "التنمّر الإلكتروني",
    },
    "privacy": {"en": "Privacy", "fr": "Vie privée", "nl": "Privacy", "de": "Privatsphäre", "ar": "الخصوصية"},
    "asking-for-help": {
        "en": "Asking for help",
        "fr": "Demander de l’aide",
        "nl": "Hulp vragen",
        "de": "Hilfe holen",
        "ar": "طلب المساعدة",
    },
}
AUDIENCES: dict[str, Words] = {
    "young-people": {
        "en": "Young people from 12",
        "fr": "Jeunes dès 12 ans",
        "nl": "Jongeren vanaf 12",
        "de": "Jugendliche ab 12",
        "ar": "الشباب من سن 12",
    },
    "peer-experts": {
        "en": "Peer experts",
        "fr": "Pairs experts",
        "nl": "Peer experts",
        "de": "Peer Experts",
        "ar": "خبراء الأقران",
    },
    "teachers": {
        "en": "Teachers",
        "fr": "Personnel enseignant",
        "nl": "Leerkrachten",
        "de": "Lehrkräfte",
        "ar": "المعلمون",
    },
}
# Names of licences are names: the same in all languages.
LICENCES: dict[str, tuple[str, str]] = {
    "cc-by-4.0": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "cc-by-sa-4.0": ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "cc-by-nc-nd-4.0": ("CC BY-NC-ND 4.0", "https://creativecommons.org/licenses/by-nc-nd/4.0/"),
    "bsd-3-clause": ("BSD-3-Clause", "https://opensource.org/license/bsd-3-clause"),
}
# The five groups that carried out the project: name, and the site they have.
ORGANISATIONS: dict[str, str] = {
    "ECPAT Belgium": "https://ecpat.be/",
    "ECPAT Germany": "https://ecpat.de/",
    "Defence for Children – ECPAT Netherlands": "https://www.defenceforchildren.nl/",
    "ECPAT Austria": "https://www.ecpat.at/",
    "ECPAT UK": "https://www.ecpat.org.uk/",
}
HOMES: Words = {"en": "Home", "fr": "Accueil", "nl": "Start", "de": "Start", "ar": "الرئيسية"}
TOOLS: Words = {"en": "Tools", "fr": "Outils", "nl": "Materiaal", "de": "Material", "ar": "الأدوات"}
NEWSROOMS: Words = {
    "en": "Newsletters",
    "fr": "Lettres d’information",
    "nl": "Nieuwsbrieven",
    "de": "Rundbriefe",
    "ar": "النشرات",
}
