"""What a survey says around its questions: thanks, the invitation and the reminder, in three languages."""

from __future__ import annotations

from evallib.codebook.model import Label

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
