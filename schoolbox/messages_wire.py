"""How the errors of the wire and of the server are told; exit codes 70 to 89, 94 and 95."""

from http import HTTPStatus

from schoolbox.marks import N_
from schoolbox.server import errors as server
from schoolbox.told import Message
from sync import errors as wire

WAITS = N_("Everything works; what is learnt waits safely on the box.")
BY_ITSELF = N_("There is nothing to do: the box tries again by itself.")

TABLE: dict[type[Exception], Message] = {
    wire.SyncError: Message(
        HTTPStatus.SERVICE_UNAVAILABLE, 70,
        N_("Talking to the hub did not work."), WAITS, BY_ITSELF,
    ),
    wire.LineError: Message(
        HTTPStatus.SERVICE_UNAVAILABLE, 71,
        N_("The hub does not answer: there is no line to it just now."), WAITS, BY_ITSELF,
    ),
    wire.LineTimeoutError: Message(
        HTTPStatus.SERVICE_UNAVAILABLE, 72,
        N_("The line to the hub is too slow for this much at once."), WAITS,
        N_("There is nothing to do: the box sends smaller pieces from now on."),
    ),
    wire.UntrustedHubError: Message(
        HTTPStatus.SERVICE_UNAVAILABLE, 94,
        N_("What answers at the hub's address has a certificate that this box does not trust."),
        N_("Nothing was given to it; what is learnt waits safely on the box."),
        N_(
            "Check the address and the box's clock. If the hub's certificate is the ministry's own, tell the box where"
            " it lies: SSL_CERT_FILE."
        ),
    ),
    wire.NobodyThereError: Message(
        HTTPStatus.SERVICE_UNAVAILABLE, 95,
        N_("Nobody answers at this address."), N_("Nothing was changed, and a code is as good as before."),
        N_("Check the address and the line, then do it again."),
    ),
    wire.HubBusyError: Message(
        HTTPStatus.SERVICE_UNAVAILABLE, 73,
        N_("The hub is busy and asked to wait."), WAITS, BY_ITSELF,
    ),
    wire.RefusesAllError: Message(
        HTTPStatus.SERVICE_UNAVAILABLE, 79,
        N_("The hub refuses everything the box sends: something is wrong at the hub."), WAITS,
        N_("Tell the ministry; the box tries again by itself."),
    ),
    wire.StrangerError: Message(
        HTTPStatus.SERVICE_UNAVAILABLE, 74,
        N_("Something answered at the hub's address that is not the hub (a sign-in page of the network, perhaps)."),
        N_("Nothing was given to it; what is learnt waits safely on the box."),
        N_("Check the address, and whether this network wants a sign-in before it opens the internet."),
    ),
    wire.CredentialsError: Message(
        HTTPStatus.CONFLICT, 75,
        N_("The hub does not accept this box any more."), WAITS,
        N_("Ask the ministry for a new code, then: schoolbox sync enrol --hub ADDRESS --code CODE"),
    ),
    wire.NotEnrolledError: Message(
        HTTPStatus.CONFLICT, 76,
        N_("This box does not know its hub yet."), WAITS,
        N_("Ask the ministry for a code, then: schoolbox sync enrol --hub ADDRESS --code CODE"),
    ),
    wire.EnrolmentError: Message(
        HTTPStatus.CONFLICT, 77,
        N_("The hub does not take this code: it is mistyped, used already, withdrawn or meant for another school."),
        N_("Nothing was changed."),
        N_("Check the code letter by letter, or ask the ministry for a new one."),
    ),
    wire.NoCourierKeysError: Message(
        HTTPStatus.CONFLICT, 83,
        N_("This box does not know yet for whom to seal what it sends along."), WAITS,
        N_("Let the box reach its hub over a line once: schoolbox sync run. From then on a stick will do."),
    ),
    wire.CourierError: Message(
        HTTPStatus.UNPROCESSABLE_ENTITY, 84,
        N_("This file is not what a box sends along to its hub, or it was changed on the way."), WAITS,
        N_("Write it onto the stick once more."),
    ),
    wire.ReceiptError: Message(
        HTTPStatus.UNPROCESSABLE_ENTITY, 85,
        N_("This is not a receipt of this box's hub, or it is for another box."),
        N_("Nothing was changed; what is learnt waits safely on the box."),
        N_("Have the hub write the receipts onto the stick once more."),
    ),
    wire.AnswerError: Message(
        HTTPStatus.UNPROCESSABLE_ENTITY, 86,
        N_("This is no answer of a hub, or it was changed on the way."), N_("Nothing was changed."),
        N_("Have the hub write its answer onto the stick once more."),
    ),
    wire.OtherBoxError: Message(
        HTTPStatus.UNPROCESSABLE_ENTITY, 87,
        N_("This answer of a hub is for another box."), N_("Nothing was changed."),
        N_("Take it to the box that it is for."),
    ),
    wire.StaleAnswerError: Message(
        HTTPStatus.CONFLICT, 88,
        N_("This box waits for no such answer: it was taken in already, or belongs to an older request."),
        N_("Nothing was changed."),
        N_("If the box does not know its hub yet: schoolbox enrol request PATH"),
    ),
    wire.CheckNumberError: Message(
        HTTPStatus.CONFLICT, 89,
        N_("The check number is not that of this answer: it is mistyped, or another hub wrote the answer."),
        N_("Nothing was changed."),
        N_("Ask the hub for the number by telephone, and look at every letter again."),
    ),
    wire.StatementError: Message(
        HTTPStatus.BAD_REQUEST, 78,
        N_("This result makes no sense and was not saved."),
        N_("What was saved before is safe."),
        N_("Load the page again and repeat the last step."),
    ),
    server.ServerError: Message(
        HTTPStatus.INTERNAL_SERVER_ERROR, 80,
        N_("The box could not serve this."),
        N_("What was saved before is safe."),
        N_("Try once more. If it happens again, tell the technician when it happened."),
    ),
    server.ListenError: Message(
        HTTPStatus.INTERNAL_SERVER_ERROR, 81,
        N_("The box cannot listen on port %(port)s: %(reason)s."),
        N_("Nothing was changed."),
        N_("Stop the other program that uses the port, or choose another one with --port."),
    ),
    server.BlobGoneError: Message(
        HTTPStatus.NOT_FOUND, 82,
        N_("The file of this lesson is missing on the box."),
        N_("What you have learnt is saved, and the other lessons work."),
        N_("Tell your teacher: the pack has to be installed again."),
    ),
}  # fmt: skip
