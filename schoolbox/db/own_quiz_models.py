"""The quizzes that teachers write, as peewee sees them. See `models`."""

from peewee import IntegerField, Model, TextField


class OwnQuiz(Model):
    """A quiz as a teacher typed it; it becomes a pack of the school when it is used."""

    id = IntegerField(primary_key=True)
    teacher_id = IntegerField()
    draft = TextField()
    version = IntegerField(default=1)
    shared = IntegerField(default=0)
    changed_at = TextField()
    pack_id = TextField(default="")
    used = IntegerField(default=0)

    class Meta:
        table_name = "own_quiz"
