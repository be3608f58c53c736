"""What each entry of the log is called for people."""

from collections.abc import Mapping

from schoolbox.marks import N_

CODES: Mapping[str, str] = {
    "class_seen": N_("looked at the class"),
    "pupil_seen": N_("looked at what the pupil did"),
    "report_seen": N_("looked at a report about the class"),
    "report_taken": N_("took a report about the class as a file"),
    "pin_given": N_("gave a new PIN"),
    "secrets_seen": N_("looked at new PINs or pictures"),
    "secrets_given": N_("gave the class new PINs or pictures"),
    "cards_seen": N_("looked at or printed sign-in cards"),
    "cards_made": N_("made new sign-in cards"),
    "certificate_given": N_("printed certificates"),
    "passport_given": N_("took the passport of the pupil as a file"),
    "sessions_seen": N_("looked at who is signed in"),
    "sessions_ended": N_("signed somebody out"),
    "lesson_changed": N_("made or changed a lesson"),
    "test_seen": N_("looked at a test"),
    "test_changed": N_("prepared, opened or closed a test"),
    "list_seen": N_("checked a list of people"),
    "list_read": N_("brought in a list of people"),
    "list_taken": N_("took the list of people out"),
    "kept_changed": N_("chose what is kept of people"),
    "log_seen": N_("read this log"),
    "people_seen": N_("looked people up"),
    "person_seen": N_("looked at what is kept of the person"),
    "person_added": N_("added the person"),
    "person_changed": N_("corrected the person"),
    "person_archived": N_("put the person away"),
    "person_restored": N_("brought the person back"),
    "class_changed": N_("added or corrected the class"),
    "class_archived": N_("put the class away with its pupils"),
    "class_restored": N_("brought the class back with its pupils"),
    "year_rolled": N_("began a new school year"),
    "year_undone": N_("took the new school year back"),
    "person_exported": N_("took out everything about the person"),
    "person_erased": N_("erased the person"),
    "consent_given": N_("recorded an agreement"),
    "consent_withdrawn": N_("recorded that an agreement was taken back"),
}
