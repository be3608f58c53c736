"""How every page of a shelf begins, ends and looks: warm paper, cards, a green board; one small style in each page.

The tokens are those of the box's style sheet. A content policy lets no script run, should an escape ever be missing.
"""

from html import escape

HEAD_BYTES = 512
"""In how many bytes from the beginning a page says what it was made from."""
_POLICY = "script-src 'none'; object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'"
_MARK = (
    '<svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">'
    '<path fill="#f6b73c" d="M16 2.2l10.600 5.300L16 12.800 5.400 7.500z"/>'
    '<path fill="#fff" d="M3.500 12.400l11.300 5.700v11.600L3.500 24z"/>'
    '<path fill="#9fd0bb" d="M28.500 12.400l-11.300 5.700v11.600L28.500 24z"/></svg>'
)
_STYLE = """\
*{box-sizing:border-box}
body{margin:0;background:#f6f4ee;color:#1a2420;font:1.0625rem/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,\
"Noto Sans",Ubuntu,"DejaVu Sans",Arial,sans-serif;overflow-wrap:break-word;word-wrap:break-word}
a{color:#0f6048}a:focus,summary:focus{outline:3px solid #1646c4;outline-offset:2px}
i{font-style:normal;color:#545e58}
header{background:#10493a;color:#fff}
header>*{display:flex;align-items:center;max-width:62rem;margin:0 auto;padding:.6rem 1rem;color:#fff;\
font-size:1.25rem;font-weight:700;text-decoration:none}header svg{margin-right:.6rem}
main{max-width:62rem;margin:0 auto;padding:1rem 1rem 3rem}
h1{font-size:1.875rem;line-height:1.2;margin:.75rem 0 .25rem}h1 i{font-size:1.25rem}
h2{font-size:1.25rem;line-height:1.3;margin:2rem 0 .75rem}h3{font-size:1.0625rem;line-height:1.35;margin:0}
.note{background:#dff0e7;border-radius:.75rem;padding:.75rem 1rem;margin:1rem 0}.note i{display:block}
.meta{color:#545e58;font-size:.9375rem;margin:.25rem 0}.meta b{color:#1a2420;font-weight:600}
.meta i::before,.btn i::before{content:"/ "}h1 i,h2 i,summary i{font-weight:400}
.other{color:#545e58;font-weight:400}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));grid-gap:1rem;list-style:none;margin:0;\
padding:0}
.card{display:block;height:100%;background:#fff linear-gradient(var(--a),var(--a)) no-repeat 0 0/100% .45rem;\
border:1px solid #dcd8cb;border-radius:1.25rem;overflow:hidden;padding:1.25rem 1.1rem .9rem;color:inherit;\
text-decoration:none}
.card h3{color:#0f6048;font-size:1.25rem;text-decoration:underline}
.items{list-style:none;margin:0;padding:0;background:#fff;border:1px solid #dcd8cb;border-radius:1.25rem}
.items>li{padding:1rem 1.1rem}.items>li+li{border-top:1px solid #dcd8cb}
video{display:block;width:100%;max-width:40rem;background:#0b110f;border-radius:.75rem;margin:.6rem 0}
audio{display:block;width:100%;max-width:40rem;margin:.6rem 0}
.btn{display:inline-block;min-height:2.75rem;padding:.55rem 1rem;margin:.35rem .5rem .35rem 0;border:1px solid #7d7868;\
border-radius:.75rem;background:#fff;text-decoration:none;font-weight:600}
details{margin:.35rem 0}summary{cursor:pointer;padding:.6rem 0;color:#0f6048;font-weight:600}
details p{margin:.15rem 0}details time{color:#545e58;font-size:.9375rem;margin-right:.5rem}
.lang{--a:#b62a64}.arts{--a:#7a41b3}.math{--a:#2460bd}.natu{--a:#3a7a2c}.soci{--a:#b24d19}.heal{--a:#0f7481}
.life{--a:#8a6109}
@media(prefers-color-scheme:dark){body{background:#101715;color:#edf2ee}
.card,.items,.btn{background-color:#19231f}.card,.items,.items>li+li{border-color:#2e3a35}
a,.card h3,summary{color:#5fcfa3}i,.meta,.other,details time{color:#a8b5ae}.meta b{color:#edf2ee}
.btn{border-color:#7f8e86}.note{background:#15382c}a:focus,summary:focus{outline-color:#ffd166}}
@media print{header{background:none}header>*{color:#000}}
"""


def page(title: str, body: str, *, made_from: str, home: str = "") -> str:
    """Put a page together.

    Args:
        title: Plain words for the window's bar.
        body: What stands in it, escaped already.
        made_from: What it was made from; a page that says the same need not be made again.
        home: Where the mark at the top leads; nowhere if empty.
    """
    brand = f"{_MARK}Schoolbox"
    top = f'<a href="{escape(home)}">{brand}</a>' if home else f"<div>{brand}</div>"
    return (
        f'<!doctype html>\n<html lang="sq">\n<head>\n<meta charset="utf-8">\n{generator(made_from)}\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n"
        f"<body>\n<header>{top}</header>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def generator(made_from: str) -> str:
    """What stands near the beginning of a page that was made from this."""
    return f'<meta name="generator" content="Schoolbox, {escape(made_from)}">'
