"""What the demo prints when everything runs: addresses, a QR code, who can sign in."""

import segno
from rich.console import Console
from rich.table import Table

from deploy.demo.school import AT_WORK, Demo
from sync.discovery.netlink import read_network


def show(demo: Demo) -> None:
    """Print how to get in, for people."""
    facts = demo.facts()
    reachable = [address for address in read_network().addresses if ":" not in address]
    addresses = [f"http://{address}:{demo.box_port}" for address in reachable]
    console = Console(highlight=False)
    console.print("\n[bold green]Schoolbox is running.[/] Ctrl-C stops it; everything is kept.\n")
    console.print(f"  The box, for pupils and teachers   [bold]{facts['box_url']}[/]")
    for address in addresses:
        console.print(f"    from a phone on the same network  [bold]{address}[/]")
    console.print(f"    by name, where names work         http://schoolbox.local:{demo.box_port}")
    console.print(f"  The hub, for the ministry          [bold]{facts['hub_url']}[/]\n")
    if addresses:
        segno.make(addresses[0]).terminal(compact=True, border=2)
    table = Table(title="Sign-ins of the demo (also in demo.json)", title_justify="left")
    for column in ("who", "where", "sign in with"):
        table.add_column(column)
    pupil, teacher, technician, admin = (facts[role] for role in ("pupil", "teacher", "technician", "hub_admin"))
    table.add_row("pupil", "box", f"class {pupil['class']}, {pupil['name']}, PIN {pupil['pin']}")
    table.add_row("teacher", "box", f"{teacher['login']}  /  {teacher['password']}")
    table.add_row("technician", "box", f"{technician['login']}  /  {technician['password']}")
    table.add_row("ministry", "hub", f"{admin['name']}  /  {admin['password']}")
    console.print(table)
    console.print(f"\nClass {AT_WORK} has been at work: the teacher's pages show it. The other one begins anew.")
    console.print("\nA stick with a new course lies ready. Put it in, then open “USB” as the teacher:")
    console.print(f"  .venv/bin/schoolbox --data {demo.box_data} stick scan {demo.folder / 'stick'}", soft_wrap=True)
