"""The names that statements use for verbs, activities and extensions (PROTOCOL.md section 2).

They are identifiers, not addresses: nothing is ever fetched from them. Those under `BASE` are ours and never change
meaning; the others come from xAPI, ADL and the xAPI Video Profile.
"""

BASE = "https://schoolbox.example"
ACTOR_HOME = f"{BASE}/xapi/actor"
"""The one home page of every pupil's account in the country; the account name is a random 128-bit id."""
CREDENTIAL_HOME = f"{BASE}/xapi/credential"
ITEM = f"{BASE}/item/"
PACK = f"{BASE}/pack/"
SCHOOL = f"{BASE}/school/"
CLASS = f"{BASE}/class/"
LESSON = f"{BASE}/lesson/"
BOX_HOME = f"{BASE}/xapi/box"
"""The home page of a box where it speaks for its school; the account name is the number of the box."""

EXT_EVENT = f"{BASE}/xapi/ext/event"
"""Context extension: where in the box's own order and time the event stands."""
EXT_LEARNING = f"{BASE}/xapi/ext/learning"
"""Context extension: grade, learning area, subject and version of the pack."""

_ADL = "http://adlnet.gov/expapi"
TERMINATED = f"{_ADL}/verbs/terminated"
COMPLETED = f"{_ADL}/verbs/completed"
EXPERIENCED = f"{_ADL}/verbs/experienced"
ANSWERED = f"{_ADL}/verbs/answered"
PASSED = f"{_ADL}/verbs/passed"
FAILED = f"{_ADL}/verbs/failed"
VOIDED = f"{_ADL}/verbs/voided"
ASSIGNED = "http://activitystrea.ms/schema/1.0/assign"
"""Source: Activity Streams 1.0, base schema; xAPI's own vocabularies have no verb for it and name this one."""

VIDEO_PROFILE = "https://w3id.org/xapi/video"
VIDEO_TIME = f"{VIDEO_PROFILE}/extensions/time"
VIDEO_PROGRESS = f"{VIDEO_PROFILE}/extensions/progress"
VIDEO_SEGMENTS = f"{VIDEO_PROFILE}/extensions/played-segments"
VIDEO_LENGTH = f"{VIDEO_PROFILE}/extensions/length"
VIDEO_SESSION = f"{VIDEO_PROFILE}/extensions/session-id"

ACTIVITY_TYPES: dict[str, str] = {
    "video": f"{VIDEO_PROFILE}/activity-type/video",
    "audio": "https://w3id.org/xapi/audio/activity-type/audio",
    "document": "http://id.tincanapi.com/activitytype/document",
    "app": "http://id.tincanapi.com/activitytype/media",
    "quiz": f"{_ADL}/activities/assessment",
    "question": f"{_ADL}/activities/cmi.interaction",
    "pack": f"{_ADL}/activities/course",
    "school": "http://id.tincanapi.com/activitytype/school",
    "lesson": f"{_ADL}/activities/lesson",
    "class": "http://id.tincanapi.com/activitytype/class",
    "profile": f"{_ADL}/activities/profile",
}
