"""What a survey says around its questions, in three languages: invitation, reminder, thanks, notice."""

from __future__ import annotations

from evallib.codebook.model import Label, Questionnaire

OTHER: Label = {"fi": "Muu, mikä?", "sv": "Annat, vad?", "en": "Other, which?"}
END: Label = {
    "fi": "Kiitos vastauksistasi!",
    "sv": "Tack för dina svar!",
    "en": "Thank you for your answers!",
}
_INVITATION: Label = {
    "fi": "Kutsu: {SURVEYNAME}",
    "sv": "Inbjudan: {SURVEYNAME}",
    "en": "Invitation: {SURVEYNAME}",
}
_REMINDER: Label = {
    "fi": "Muistutus: {SURVEYNAME}",
    "sv": "Påminnelse: {SURVEYNAME}",
    "en": "Reminder: {SURVEYNAME}",
}
# Words in braces are filled by the server.
_LETTER: Label = {
    "fi": "Hei {FIRSTNAME},\n\n%s Tästä pääset vastaamaan:\n{SURVEYURL}\n\n{SURVEYDESCRIPTION}\n\n"
    "Jos et halua kutsuja tähän kyselyyn: {OPTOUTURL}\n",
    "sv": "Hej {FIRSTNAME}!\n\n%s Här kan du svara:\n{SURVEYURL}\n\n{SURVEYDESCRIPTION}\n\n"
    "Om du inte vill få inbjudningar till den här enkäten: {OPTOUTURL}\n",
    "en": "Dear {FIRSTNAME},\n\n%s You can answer here:\n{SURVEYURL}\n\n{SURVEYDESCRIPTION}\n\n"
    "If you do not want invitations to this survey: {OPTOUTURL}\n",
}
_ASKING: Label = {
    "fi": "pyydämme sinua vastaamaan kyselyyn.",
    "sv": "Vi ber dig svara på enkäten.",
    "en": "We ask you to answer the survey.",
}
_ASKING_AGAIN: Label = {
    "fi": "et ole vielä vastannut kyselyyn, ja vastauksesi on meille tärkeä.",
    "sv": "Du har ännu inte svarat på enkäten, och ditt svar är viktigt för oss.",
    "en": "You have not answered the survey yet, and your answer matters to us.",
}


def letters(language: str) -> dict[str, str]:
    """Subject and body of the invitation and the reminder, by the server's field names."""
    return {
        "surveyls_email_invite_subj": _INVITATION[language],
        "surveyls_email_invite": _LETTER[language] % _ASKING[language],
        "surveyls_email_remind_subj": _REMINDER[language],
        "surveyls_email_remind": _LETTER[language] % _ASKING_AGAIN[language],
    }


_READ: Label = {
    "fi": "Olen lukenut {STARTPOLICYLINK}tietosuojaselosteen{ENDPOLICYLINK}.",
    "sv": "Jag har läst {STARTPOLICYLINK}dataskyddsinformationen{ENDPOLICYLINK}.",
    "en": "I have read the {STARTPOLICYLINK}privacy notice{ENDPOLICYLINK}.",
}
_UNREAD: Label = {
    "fi": "Merkitse ensin, että olet lukenut tietosuojaselosteen.",
    "sv": "Markera först att du har läst dataskyddsinformationen.",
    "en": "Please tick first that you have read the privacy notice.",
}


def policy(language: str, notice: Label) -> dict[str, str]:
    """The privacy notice before the first question, by the server's field names; {} without one."""
    if not notice:
        return {}
    return {
        "surveyls_policy_notice": notice[language],
        "surveyls_policy_error": _UNREAD[language],
        "surveyls_policy_notice_label": _READ[language],
    }


# Of the wave's own letters, for those who send them themselves: with names (token), and without (open link).
_DEAR: Label = {"fi": "Hei {FIRSTNAME},", "sv": "Hej {FIRSTNAME}!", "en": "Dear {FIRSTNAME},"}
_HELLO: Label = {"fi": "Hei,", "sv": "Hej!", "en": "Hello,"}
_HERE: Label = {
    "fi": "Tästä pääset vastaamaan: {SURVEYURL}",
    "sv": "Här kan du svara: {SURVEYURL}",
    "en": "You can answer here: {SURVEYURL}",
}
_TAKES: Label = {
    "fi": "Vastaaminen vie noin %s minuuttia.",
    "sv": "Det tar ungefär %s minuter att svara.",
    "en": "It takes about %s minutes to answer.",
}
_CLOSES: Label = {
    "fi": "Kysely sulkeutuu %s.",
    "sv": "Enkäten stängs %s.",
    "en": "The survey closes on %s.",
}
_NO_MORE: Label = {
    "fi": "Jos et halua kutsuja tähän kyselyyn: {OPTOUTURL}",
    "sv": "Om du inte vill få inbjudningar till den här enkäten: {OPTOUTURL}",
    "en": "If you do not want invitations to this survey: {OPTOUTURL}",
}
_ASKED: Label = {
    "fi": "Pyydämme sinua vastaamaan kyselyyn.",
    "sv": "Vi ber dig svara på enkäten.",
    "en": "We ask you to answer the survey.",
}
_ASKED_AGAIN: Label = {
    "fi": "Kyselyyn voi vielä vastata, ja vastauksesi on meille tärkeä. Jos olet jo vastannut, kiitos!",
    "sv": "Du kan ännu svara på enkäten, och ditt svar är viktigt för oss. Om du redan har svarat, tack!",
    "en": "The survey is still open, and your answer matters to us. If you have answered already, thank you!",
}
_THANKS: Label = {
    "fi": "Kiitos vastauksestasi! Tulokset käsitellään ohjausryhmässä ja kerrotaan vuosiraportissa.",
    "sv": "Tack för ditt svar! Resultaten behandlas i styrgruppen och redovisas i årsrapporten.",
    "en": "Thank you for your answer! The steering group discusses the results; the annual report has them.",
}
_SUBJECTS: dict[str, Label] = {
    "invitation": {"fi": "Kutsu: %s", "sv": "Inbjudan: %s", "en": "Invitation: %s"},
    "reminder": {"fi": "Muistutus: %s", "sv": "Påminnelse: %s", "en": "Reminder: %s"},
    "thanks": {"fi": "Kiitos: %s", "sv": "Tack: %s", "en": "Thank you: %s"},
}


def wave_letters(asked: Questionnaire, language: str, needed: int, closes: str) -> dict[str, tuple[str, str]]:
    """Kind of letter → subject and body. needed: minutes; closes: the day as written, "" where none is set.

    Words in braces are filled by the server; whoever sends the letters otherwise fills them in themselves.
    """
    named = asked.origin == "token"
    title = asked.title[language]
    opening = (_DEAR if named else _HELLO)[language]
    rest = [_TAKES[language] % needed, *([_CLOSES[language] % closes] if closes else [])]
    notice = [asked.notice[language], *([_NO_MORE[language]] if named else [])]

    def letter(*parts: str) -> str:
        return "\n\n".join(part for part in (opening, *parts) if part)

    bodies = {
        "invitation": letter(_ASKED[language], _HERE[language], " ".join(rest), *notice),
        "reminder": letter(_ASKED_AGAIN[language], _HERE[language], " ".join(rest), *notice),
        "thanks": letter(_THANKS[language]),
    }
    return {kind: (_SUBJECTS[kind][language] % title, body) for kind, body in bodies.items()}
