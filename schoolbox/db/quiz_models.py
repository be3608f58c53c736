"""The tables of quizzes beside tries and answers, as peewee sees them. See `models`."""

from peewee import CompositeKey, IntegerField, Model, TextField


class Hint(Model):
    """How many hints were taken at a question of an attempt before it was answered."""

    attempt_id = IntegerField()
    turn = IntegerField()
    question_id = TextField()
    taken = IntegerField()

    class Meta:
        table_name = "hint"
        primary_key = CompositeKey("attempt_id", "turn", "question_id")
