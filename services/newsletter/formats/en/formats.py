"""How does British English write dates?"""

DATE_FORMAT = "j F Y"
