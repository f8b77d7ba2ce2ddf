"""What does the comic of the demo say, in each language?"""

from dataclasses import dataclass

NARRATION = ""


@dataclass(frozen=True)
class Panel:
    """``artwork`` names a drawing; ``lines`` are speaker and words, no speaker for narration."""

    artwork: str
    description: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Comic:
    title: str
    slug: str
    summary: str
    credit: str
    cover_description: str
    pages: tuple[tuple[Panel, ...], ...]


COMIC_EN = Comic(
    title="A screen is no shield",
    slug="a-screen-is-no-shield",
    summary="Noor sends a funny picture of a classmate. The next morning the whole school has seen it. "
    "A comic about what a tap on a screen does to somebody, and about putting it right.",
    credit="Drawn by code for the demonstration of Make-IT-Safe",
    cover_description="A girl hides behind a phone as large as a shield. Paper planes fly round a sad boy "
    "and come back at her from behind.",
    pages=(
        (
            Panel(
                "bedroom",
                "Night. A girl with a red hairband sits on her bed, lit by her phone. A cat sleeps beside her; "
                "behind the window shine moon and city.",
                ((NARRATION, "Thursday evening. In Noor’s class chat nobody sleeps yet."),),
            ),
            Panel(
                "the-picture",
                "On the phone: a photo of a boy with glasses to which somebody has added donkey’s ears, a red nose and "
                "a moustache. A thumb is about to send it; laughing faces and hearts fly around.",
                (("Noor", "It’s only a joke. And nobody can see me here."),),
            ),
            Panel(
                "school-yard",
                "The school yard in the morning. The boy of the photo stands alone, his head down. Behind him three "
                "others laugh at their phones; Noor has put her hand to her chest.",
                (
                    (NARRATION, "The next morning the joke has reached school before he has."),
                    ("Elias", "They’ve all seen it …"),
                ),
            ),
        ),
        (
            Panel(
                "no-shield",
                "Noor crouches behind a phone as large as a shield. Paper planes fly round Elias and come back at her "
                "from behind; the glass has a crack.",
                (
                    (NARRATION, "A screen doesn’t protect you in real life."),
                    ("Noor", "I thought it stayed in there."),
                ),
            ),
            Panel(
                "workshop",
                "In class a young peer expert points at a flip chart with three signs: a raised hand, a camera, two "
                "people who talk. A coach listens; a pupil raises his hand.",
                (
                    ("Peer expert", "Stop passing it on. Keep a copy as proof. Tell somebody you trust."),
                    ("Noor", "And if I was the one who sent it?"),
                    ("Peer expert", "Then you are the one who can begin to put it right."),
                ),
            ),
            Panel(
                "the-bench",
                "Evening in the park. Noor and Elias sit on a bench and look at each other; their phones lie face down "
                "between them. The cat walks by.",
                (
                    ("Noor", "I’m sorry. I’ve asked everybody to delete it."),
                    ("Elias", "Thank you for saying it to my face."),
                ),
            ),
        ),
    ),
)

COMIC_FR = Comic(
    title="Un écran n’est pas un bouclier",
    slug="un-ecran-n-est-pas-un-bouclier",
    summary="Noor envoie une photo truquée d’un camarade pour rire. Le lendemain, toute l’école l’a vue. "
    "Une BD sur ce qu’un simple geste sur un écran fait à quelqu’un, et sur la façon de réparer.",
    credit="Dessinée par un programme pour la démonstration de Make-IT-Safe",
    cover_description="Une fille se cache derrière un téléphone grand comme un bouclier. Des avions de papier "
    "contournent un garçon triste et reviennent vers elle par-derrière.",
    pages=(
        (
            Panel(
                "bedroom",
                "La nuit. Une fille au serre-tête rouge est assise sur son lit, éclairée par son téléphone. Un chat "
                "dort près d’elle ; derrière la fenêtre, la lune et la ville.",
                ((NARRATION, "Jeudi soir. Dans la discussion de la classe, personne ne dort encore."),),
            ),
            Panel(
                "the-picture",
                "Sur le téléphone : la photo d’un garçon à lunettes, à qui quelqu’un a ajouté des oreilles d’âne, un "
                "nez rouge et une moustache. Un pouce va l’envoyer ; des visages rieurs et des cœurs s’envolent.",
                (("Noor", "C’est juste pour rire. Et ici, personne ne me voit."),),
            ),
            Panel(
                "school-yard",
                "La cour de l’école, le matin. Le garçon de la photo est seul, la tête basse. Derrière lui, trois "
                "élèves rient devant leurs téléphones ; Noor a porté la main à sa poitrine.",
                (
                    (NARRATION, "Le lendemain, la blague est arrivée à l’école avant lui."),
                    ("Elias", "Ils l’ont tous vue…"),
                ),
            ),
        ),
        (
            Panel(
                "no-shield",
                "Noor se tient derrière un téléphone grand comme un bouclier. Des avions de papier contournent Elias "
                "et reviennent vers elle par-derrière ; la vitre est fêlée.",
                (
                    (NARRATION, "Un écran ne te protège pas dans la vraie vie."),
                    ("Noor", "Je croyais que ça restait là-dedans."),
                ),
            ),
            Panel(
                "workshop",
                "En classe, un jeune pair expert montre trois signes sur un tableau : une main levée, un appareil "
                "photo, deux personnes qui parlent. Une coach écoute ; un élève lève la main.",
                (
                    (
                        "Pair expert",
                        "Arrête de faire suivre. Garde une copie comme preuve. Parles-en à quelqu’un de confiance.",
                    ),
                    ("Noor", "Et si c’est moi qui l’ai envoyée ?"),
                    ("Pair expert", "Alors c’est toi qui peux commencer à réparer."),
                ),
            ),
            Panel(
                "the-bench",
                "Le soir au parc. Noor et Elias sont assis sur un banc et se regardent ; leurs téléphones sont "
                "retournés entre eux. Le chat passe.",
                (
                    ("Noor", "Je suis désolée. J’ai demandé à tout le monde de l’effacer."),
                    ("Elias", "Merci de me le dire en face."),
                ),
            ),
        ),
    ),
)

COMIC_AR = Comic(
    title="الشاشة ليست درعًا",
    slug="a-screen-is-no-shield",
    summary="ترسل نور صورة مُضحكة لزميل لها، وفي صباح اليوم التالي تكون المدرسة كلها قد رأتها. "
    "قصة مصوّرة عمّا تفعله نقرة على الشاشة بإنسان، وعن إصلاح الخطأ.",
    credit="رُسمت ببرنامج من أجل العرض التجريبي لمشروع Make-IT-Safe",
    cover_description="فتاة تختبئ خلف هاتف كبير مثل الدرع. طائرات ورقية تدور حول فتى حزين وتعود إليها من الخلف.",
    pages=(
        (
            Panel(
                "bedroom",
                "ليل. فتاة بطوق شعر أحمر تجلس على سريرها ويضيئها هاتفها. قطة نائمة بجانبها، وخلف النافذة القمر "
                "والمدينة.",
                ((NARRATION, "مساء الخميس. لا أحد نائم بعد في محادثة الصف."),),
            ),
            Panel(
                "the-picture",
                "على الهاتف صورة فتى بنظارة أُضيفت إليها أذنا حمار وأنف أحمر وشارب. إبهام على وشك إرسالها، "
                "ومن حولها وجوه ضاحكة وقلوب.",
                (("نور", "إنها مزحة فقط. ولا أحد يراني هنا."),),
            ),
            Panel(
                "school-yard",
                "ساحة المدرسة صباحًا. الفتى صاحب الصورة يقف وحده خافض الرأس. خلفه ثلاثة يضحكون أمام هواتفهم، "
                "ونور تضع يدها على صدرها.",
                (
                    (NARRATION, "في صباح اليوم التالي وصلت المزحة إلى المدرسة قبله."),
                    ("إلياس", "كلهم رأوها…"),
                ),
            ),
        ),
        (
            Panel(
                "no-shield",
                "نور خلف هاتف كبير مثل الدرع. طائرات ورقية تدور حول إلياس وتعود إليها من الخلف، وفي الزجاج شرخ.",
                (
                    (NARRATION, "الشاشة لا تحميك في الحياة الحقيقية."),
                    ("نور", "كنت أظن أن الأمر يبقى هناك."),
                ),
            ),
            Panel(
                "workshop",
                "في الصف يشير خبير من الشباب إلى لوحة عليها ثلاث علامات: يد مرفوعة وكاميرا وشخصان يتحدثان. "
                "مدرّبة تستمع، وتلميذ يرفع يده.",
                (
                    ("خبير الأقران", "توقّف عن إعادة الإرسال. احتفظ بنسخة دليلًا. وأخبر شخصًا تثق به."),
                    ("نور", "وماذا لو كنتُ أنا من أرسلها؟"),
                    ("خبير الأقران", "إذن أنتِ من تستطيع أن تبدأ بإصلاح الأمر."),
                ),
            ),
            Panel(
                "the-bench",
                "مساء في الحديقة. نور وإلياس يجلسان على مقعد وينظر كل منهما إلى الآخر، وهاتفاهما مقلوبان بينهما. "
                "القطة تمر بجانبهما.",
                (
                    ("نور", "أنا آسفة. طلبت من الجميع حذفها."),
                    ("إلياس", "شكرًا لأنك قلتِها لي وجهًا لوجه."),
                ),
            ),
        ),
    ),
)
COMICS = {"en": COMIC_EN, "fr": COMIC_FR, "ar": COMIC_AR}
