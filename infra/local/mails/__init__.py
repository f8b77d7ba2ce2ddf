"""The catcher of mails: takes every mail the newsletter service sends, delivers none, and shows them all."""
