"""What the help pages say, step by step; pictures are of the real pages, in the reader's language.

Each topic stands in a file of its field, `help_<field>.py`. Pictures are `static/help-<name>-<language>.png`, taken by
`make pictures` from a running demo.
"""

from schoolbox.web import (
    help_addresses,
    help_certificates,
    help_classroom,
    help_couriers,
    help_groups,
    help_lesson_files,
    help_library,
    help_line,
    help_machine,
    help_own_quizzes,
    help_packs,
    help_people,
    help_privacy,
    help_programs,
    help_pupils,
    help_quizzes,
    help_reports,
    help_setup,
    help_transfers,
)
from schoolbox.web.help_shapes import Topic

TOPICS: dict[str, Topic] = {
    **help_pupils.TOPICS,
    **help_packs.TOPICS,
    **help_classroom.TOPICS,
    **help_groups.TOPICS,
    **help_lesson_files.TOPICS,
    **help_certificates.TOPICS,
    **help_library.TOPICS,
    **help_quizzes.TOPICS,
    **help_own_quizzes.TOPICS,
    **help_people.TOPICS,
    **help_privacy.TOPICS,
    **help_addresses.TOPICS,
    **help_reports.TOPICS,
    **help_transfers.TOPICS,
    **help_couriers.TOPICS,
    **help_setup.TOPICS,
    **help_line.TOPICS,
    **help_machine.TOPICS,
    **help_programs.TOPICS,
}
