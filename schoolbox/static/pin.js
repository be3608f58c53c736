// The PIN pad: large buttons fill the field, the fourth digit sends the form. Without this the field and a button remain.
const DIGITS = 4;

function start(form) {
  const field = form.querySelector("#pin");
  const pad = form.querySelector(".buttons");
  const shown = form.querySelector(".pin");
  const said = form.querySelector("[role=status]");
  let sent = false;

  function show() {
    Array.from(shown.children).forEach((mark, at) => { mark.className = at < field.value.length ? "d" : ""; });
    said.textContent = form.dataset.pin.replace("#", String(field.value.length));
  }

  function type(digit) {
    if (sent) { return; }
    field.value = digit ? (field.value + digit).slice(0, DIGITS) : field.value.slice(0, -1);
    show();
    if (digit && field.value.length === DIGITS) {
      sent = true;
      form.submit();
    }
  }

  Array.from(form.querySelectorAll(".typed")).forEach((line) => { line.hidden = true; });
  pad.hidden = false;
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (key) { type(key.value); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) { return; }
    if (/^[0-9]$/.test(event.key)) { type(event.key); }
    if (event.key === "Backspace") {
      event.preventDefault(); /* older browsers would go back a page */
      type("");
    }
  });
  function begin() { sent = false; field.value = ""; show(); }

  /* Back to a page that the browser kept as it was; on a fresh page a digit may already be typed by then. */
  window.addEventListener("pageshow", (event) => { if (event.persisted) { begin(); } });
  begin();
}

start(document.querySelector("form[data-pin]"));
