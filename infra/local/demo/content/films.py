"""What is said about the films of the demo, in each language?"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Film:
    """``captions`` is WebVTT; ``cues`` of the demo's film follow its six shots."""

    title: str
    slug: str
    summary: str
    credit: str
    poster_description: str
    transcript: str
    captions: str = ""


@dataclass(frozen=True)
class FilmTool:
    """One master, and what is said about it in each language."""

    name: str
    file: str
    licence: str
    editions: dict[str, Film] = field(default_factory=dict)
    has_no_speech: bool = False


def captions(*cues: str) -> str:
    """Return WebVTT for the six shots of the demo's film, three seconds each."""
    starts = (0.3, 3.0, 6.0, 9.0, 12.0, 15.0)
    blocks = (f"00:{at:06.3f} --> 00:{at + 2.6:06.3f}\n{cue}" for at, cue in zip(starts, cues, strict=True))
    return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"


EN = (
    "Thursday evening. A class chat.",
    "One tap, and a joke is on its way.",
    "In the morning it is at school before he is.",
    "A screen doesn’t protect you in real life.",
    "Stop passing it on. Keep proof. Tell somebody.",
    "And talk to each other.",
)
FR = (
    "Jeudi soir. La discussion de la classe.",
    "Un geste, et la blague est partie.",
    "Le matin, elle est à l’école avant lui.",
    "Un écran ne te protège pas dans la vraie vie.",
    "Ne fais pas suivre. Garde une preuve. Parles-en.",
    "Et parlez-vous.",
)
NO_SHIELD = FilmTool(
    name="No shield (film)",
    file="no-shield.mp4",
    licence="cc-by-4.0",
    editions={
        "en": Film(
            title="One tap",
            slug="one-tap",
            summary="The story of Noor and Elias in twenty seconds: a picture, a school yard, a bench. "
            "To open a conversation about what passing on does.",
            credit="Made by code for the demonstration of Make-IT-Safe",
            poster_description="A boy stands alone in a school yard; behind him three others laugh at their phones.",
            transcript="A few quiet notes; nobody speaks. " + " ".join(EN),
            captions=captions(*EN),
        ),
        "fr": Film(
            title="Un seul geste",
            slug="un-seul-geste",
            summary="L’histoire de Noor et d’Elias en vingt secondes : une photo, une cour d’école, un banc. "
            "Pour ouvrir la discussion sur ce que fait un partage.",
            credit="Fait par un programme pour la démonstration de Make-IT-Safe",
            poster_description="Un garçon est seul dans la cour ; derrière lui, trois élèves rient, téléphone en main.",
            transcript="Quelques notes calmes ; personne ne parle. " + " ".join(FR),
            captions=captions(*FR),
        ),
    },
)
GRIPPER = FilmTool(
    name="Gripper (sample film)",
    file="gripper.mp4",
    licence="bsd-3-clause",
    has_no_speech=True,
    editions={
        "en": Film(
            title="A gripper of bricks",
            slug="a-gripper-of-bricks",
            summary="A sample film of five seconds: a small gripper built of toy bricks closes and opens. "
            "There is no edition in other languages, so that fallbacks can be seen.",
            credit="Test media of Wagtail, Torchbox and contributors",
            poster_description="A yellow and red gripper of toy bricks on a table.",
            transcript="Nobody speaks. A motor hums.",
        )
    },
)
FILMS = (NO_SHIELD, GRIPPER)
