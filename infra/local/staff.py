"""How is the first member of staff called?"""

FIRST_MEMBER = "staff"
FIRST_MEMBER_EMAIL = "staff@make-it-safe.example"
