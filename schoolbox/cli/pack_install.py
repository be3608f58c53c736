"""`schoolbox pack install`: from a stick or a folder, all or some, and what came of it."""

from collections.abc import Mapping

from msgspec.structs import replace

from content_packs.errors import OlderMetadataError
from content_packs.install import Installed
from content_packs.offers import Offers
from content_packs.trust import Refusal
from content_packs.trust.catalogue import catalogue_name
from schoolbox.cli.asked import Asked
from schoolbox.cli.outcome import DONE, PARTLY_DONE, Failure, Json, Outcome, together, told
from schoolbox.cli.pack_told import files
from schoolbox.cli.pack_words import each_of, named, shelf_in
from schoolbox.cli.progress import progress_on
from schoolbox.errors import BadInputError
from schoolbox.messages import plain_size


def install(asked: Asked) -> Outcome:
    """Install what was asked for; go on with the next pack when one cannot be installed."""
    wanted_by_name = [] if asked.words.all else named(asked)
    units: list[str] | None = asked.words.unit
    if units and len(wanted_by_name) != 1:
        raise BadInputError(field="--unit", problem="name the one PACK whose unit it is")
    shelf = shelf_in(asked.words.shelf)
    with asked.box() as box:
        offers = box.packs.offers(shelf)
        wanted, failed = (wanted_by_name, dict[str, Failure]()) if wanted_by_name else _new(offers)
        with progress_on(json=asked.json) as show:

            def install_one(pack_id: str) -> Installed:
                return box.packs.install(shelf, pack_id, units=units, progress=show)

            done = each_of(wanted, install_one, failed)
    data: list[Json] = [
        {"pack": each.pack_id, "version": each.version, "changed": each.changed, "copied_bytes": each.copied_bytes,
         "missing": [{"sha256": gap.file.sha256, "role": gap.file.role, **told(gap.error)} for gap in each.missing]}
        for each in done
    ]  # fmt: skip
    lines = [_done_line(each) for each in done]
    refused = _refused(offers, wanted_by_name, failed)
    idle = not any(each.changed or each.copied_bytes for each in done)
    outcome = together("installed", data, lines or ["There is nothing new on this shelf."], failed, refused, idle=idle)
    in_part = outcome.exit_code == DONE and any(each.missing for each in done)
    return replace(outcome, exit_code=PARTLY_DONE) if in_part else outcome


def _new(offers: Offers) -> tuple[list[str], dict[str, Failure]]:
    """What `--all` installs, and the packs of the shelf that cannot be trusted."""
    failed: dict[str, Failure] = {offer.pack_id: offer.reason for offer in offers.offers if offer.reason}
    return [offer.pack_id for offer in offers.offers if offer.installable], failed


def _refused(offers: Offers, named: list[str], failed: Mapping[str, Failure]) -> list[Refusal]:
    """The lists of the shelf that were not believed, the older ones last.

    Where packs were named: only the lists these stand on, if they were not just older and no pack told it already.
    """
    refused = sorted(offers.refused, key=lambda each: isinstance(each.error, OlderMetadataError))
    if not named:
        return refused
    own = {catalogue_name(pack_id.partition(":")[0]) for pack_id in named}
    known = [told(error) for error in failed.values()]
    return [
        each for each in refused
        if (each.name in own or not each.name.startswith("cat/"))
        and not isinstance(each.error, OlderMetadataError) and told(each.error) not in known
    ]  # fmt: skip


def _done_line(done: Installed) -> str:
    if done.missing:
        step = f"see: schoolbox pack missing {done.pack_id}"
        return f"{done.pack_id}: version {done.version} installed but for {files(len(done.missing))}; {step}"
    if done.changed:
        return f"{done.pack_id}: version {done.version} installed, {plain_size(done.copied_bytes)} copied"
    if done.copied_bytes:
        return f"{done.pack_id}: version {done.version} mended, {plain_size(done.copied_bytes)} copied anew"
    return f"{done.pack_id}: version {done.version} was there already; its files on the box are sound"
