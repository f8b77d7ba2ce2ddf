"""What do the newsletters of the demo say? Four issues of the project, retold shortly in our own words."""

from dataclasses import dataclass
from datetime import date

COMIC, FILM = "comic", "film"


@dataclass(frozen=True)
class Item:
    """``tool`` is the demo's comic or film the item points at."""

    heading: str
    text: str
    tool: str = ""


@dataclass(frozen=True)
class Issue:
    title: str
    slug: str
    summary: str
    introduction: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class IssueInLanguages:
    issued_on: date
    editions: dict[str, Issue]


CREDIT = {"en": "The editors of Make-IT-Safe", "fr": "La rédaction de Make-IT-Safe"}
DECEMBER_2013 = IssueInLanguages(
    issued_on=date(2013, 12, 12),
    editions={
        "en": Issue(
            title="Make-IT-Safe, December 2013",
            slug="december-2013",
            summary="The first year: five ECPAT groups, and young people who train to advise others.",
            introduction="<p>In February 2013, on Safer Internet Day, a project began in which young people themselves "
            "look after safety online. This is what the year has brought.</p>",
            items=(
                Item(
                    "Five countries, one idea",
                    "<p>ECPAT groups in <b>Belgium, Germany, the Netherlands, Austria and the United Kingdom</b> work "
                    "together. Somebody in trouble asks a friend first, so it is the friends who should know what to "
                    "do.</p>",
                ),
                Item(
                    "The first training",
                    "<p>In Belgium the first training took place on 24 September. The young people learnt the basics "
                    "of "
                    "safety online, and thought about a tool of their own with which to reach others.</p>",
                ),
                Item(
                    "What is a coach?",
                    "<p>Peer experts are never left alone: an adult of their school, centre or youth group listens, "
                    "supports them and carries on when the project has ended.</p>",
                ),
            ),
        ),
        "fr": Issue(
            title="Make-IT-Safe, décembre 2013",
            slug="decembre-2013",
            summary="La première année : cinq groupes ECPAT, et des jeunes qui se forment pour conseiller les autres.",
            introduction="<p>En février 2013, à l’occasion du Safer Internet Day, débutait un projet où les jeunes "
            "eux-mêmes veillent à la sécurité en ligne. Voici ce que l’année a apporté.</p>",
            items=(
                Item(
                    "Cinq pays, une idée",
                    "<p>Des groupes ECPAT de <b>Belgique, d’Allemagne, des Pays-Bas, d’Autriche et du Royaume-Uni</b> "
                    "travaillent ensemble. Qui a un souci en parle d’abord à un ami : c’est donc aux amis de savoir "
                    "que faire.</p>",
                ),
                Item(
                    "La première formation",
                    "<p>En Belgique, la première formation a eu lieu le 24 septembre. Les jeunes y ont appris les "
                    "bases de "
                    "la sécurité en ligne et réfléchi à leur propre outil pour toucher les autres.</p>",
                ),
                Item(
                    "Un coach, c’est quoi ?",
                    "<p>Les pairs experts ne sont jamais seuls : un adulte de leur école, de leur centre ou de leur "
                    "mouvement les écoute, les soutient et continue après la fin du projet.</p>",
                ),
            ),
        ),
    },
)
MARCH_2014 = IssueInLanguages(
    issued_on=date(2014, 3, 13),
    editions={
        "en": Issue(
            title="Make-IT-Safe, March 2014",
            slug="march-2014",
            summary="Young people from five countries met in Berlin, and tools take shape.",
            introduction="<p>For Safer Internet Day peer experts of all five countries met for the first time. They "
            "came back with ideas, and with drafts.</p>",
            items=(
                Item(
                    "Berlin: the first conference",
                    "<p>Young people showed each other what they had made, asked experts for advice and compared what "
                    "works in their schools and centres.</p>",
                ),
                Item(
                    "Tools in the making",
                    "<p>A comic, a photo-story, films: each group chooses what suits those it wants to reach. "
                    "What matters is that young people tell it in their own words.</p>",
                ),
            ),
        ),
        "fr": Issue(
            title="Make-IT-Safe, mars 2014",
            slug="mars-2014",
            summary="Des jeunes de cinq pays se sont rencontrés à Berlin, et les outils prennent forme.",
            introduction="<p>Pour le Safer Internet Day, les pairs experts des cinq pays se sont rencontrés pour la "
            "première fois. Ils en sont revenus avec des idées, et des ébauches.</p>",
            items=(
                Item(
                    "Berlin : la première conférence",
                    "<p>Les jeunes se sont montré leurs réalisations, ont demandé conseil à des experts et comparé ce "
                    "qui marche dans leurs écoles et leurs centres.</p>",
                ),
                Item(
                    "Des outils en préparation",
                    "<p>Une BD, un roman-photo, des films : chaque groupe choisit ce qui convient à son public. "
                    "L’important est que les jeunes le racontent avec leurs mots.</p>",
                ),
            ),
        ),
    },
)
NOVEMBER_2014 = IssueInLanguages(
    issued_on=date(2014, 11, 20),
    editions={
        "en": Issue(
            title="Make-IT-Safe, November 2014",
            slug="november-2014",
            summary="The closing conference in Brussels, prepared and held by the young people themselves.",
            introduction="<p>On 17 and 18 November young people, coaches and the teams of five countries met in "
            "Brussels to look back, and ahead.</p>",
            items=(
                Item(
                    "Young people at the lectern",
                    "<p>The peer experts had prepared the sessions and led them. Guests from European institutions "
                    "answered their questions on how to be safe online.</p>",
                ),
                Item(
                    "A comic to talk about",
                    "<p>One message stays: <b>a screen doesn’t protect you in real life</b>, and it doesn’t protect "
                    "the "
                    "other one either. In the demonstration a comic tells of it.</p>",
                    COMIC,
                ),
            ),
        ),
        "fr": Issue(
            title="Make-IT-Safe, novembre 2014",
            slug="novembre-2014",
            summary="La conférence de clôture à Bruxelles, préparée et animée par les jeunes eux-mêmes.",
            introduction="<p>Les 17 et 18 novembre, des jeunes, des coachs et les équipes des cinq pays se sont "
            "retrouvés à Bruxelles pour faire le bilan, et regarder plus loin.</p>",
            items=(
                Item(
                    "La parole aux jeunes",
                    "<p>Les pairs experts avaient préparé les séances et les ont animées. Des invités d’institutions "
                    "européennes ont répondu à leurs questions sur la sécurité en ligne.</p>",
                ),
                Item(
                    "Une BD pour en parler",
                    "<p>Un message reste : <b>un écran ne te protège pas dans la vraie vie</b>, et il ne protège pas "
                    "l’autre non plus. Dans la démonstration, une BD le raconte.</p>",
                    COMIC,
                ),
            ),
        ),
    },
)
DECEMBER_2014 = IssueInLanguages(
    issued_on=date(2014, 12, 18),
    editions={
        "en": Issue(
            title="Make-IT-Safe, December 2014",
            slug="december-2014",
            summary="After two years: what remains, and what you can use from now on.",
            introduction="<p>Two years come to an end; the tools stay. Take them, translate them, show them.</p>",
            items=(
                Item(
                    "90 peer experts, 45 coaches",
                    "<p>So many took part in the five countries, with the support of the European Union’s Daphne "
                    "programme. They go on where they live and learn.</p>",
                ),
                Item(
                    "For coaches, and for parents",
                    "<p>There are handbooks for peer experts and for coaches, and a leaflet that explains to "
                    "parents, in "
                    "many languages, what their children do online.</p>",
                ),
                Item(
                    "Twenty seconds to begin with",
                    "<p>Show the film of the demonstration, then ask: <i>what would you have done?</i></p>",
                    FILM,
                ),
                Item("A comic to read together", "<p>Panel by panel, aloud, with roles.</p>", COMIC),
            ),
        ),
        "fr": Issue(
            title="Make-IT-Safe, décembre 2014",
            slug="decembre-2014",
            summary="Après deux ans : ce qui reste, et ce que vous pouvez utiliser dès maintenant.",
            introduction="<p>Deux années s’achèvent ; les outils restent. Prenez-les, traduisez-les, montrez-les.</p>",
            items=(
                Item(
                    "90 pairs experts, 45 coachs",
                    "<p>C’est le nombre de participants dans les cinq pays, avec le soutien du programme Daphné de "
                    "l’Union "
                    "européenne. Ils continuent là où ils vivent et apprennent.</p>",
                ),
                Item(
                    "Pour les coachs, et pour les parents",
                    "<p>Il existe des manuels pour les pairs experts et pour les coachs, et un dépliant qui explique "
                    "aux "
                    "parents, en de nombreuses langues, ce que leurs enfants font en ligne.</p>",
                ),
                Item(
                    "Vingt secondes pour commencer",
                    "<p>Montrez le film de la démonstration, puis demandez : <i>qu’aurais-tu fait ?</i></p>",
                    FILM,
                ),
                Item("Une BD à lire ensemble", "<p>Case par case, à voix haute, avec des rôles.</p>", COMIC),
            ),
        ),
    },
)
ISSUES = (DECEMBER_2013, MARCH_2014, NOVEMBER_2014, DECEMBER_2014)
