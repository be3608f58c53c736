/* Keeps what was chosen or typed on the page when the box cannot be reached: an answer is sent only after the box was
   heard. Nothing is stored, because the next child may take this tablet. Without this module the browser says so. */
const PATIENCE_MS = 6000;
const form = document.querySelector('form[data-keep]');
let pressed = null;

function heard() {
  const late = new Promise((_, fail) => { setTimeout(fail, PATIENCE_MS); });
  return Promise.race([fetch(form.dataset.keep, { method: 'HEAD', cache: 'no-store' }), late]);
}

function send(event) {
  event.preventDefault();
  const lost = document.querySelector('[data-lost]');
  const buttons = Array.from(form.querySelectorAll('button'));
  lost.hidden = true;
  buttons.forEach((button) => { button.disabled = true; });
  const free = () => buttons.forEach((button) => { button.disabled = false; });
  heard().then(() => {
    if (pressed && pressed.hasAttribute('formaction')) form.action = pressed.formAction;
    form.submit();
  }, () => { free(); lost.hidden = false; lost.scrollIntoView({ block: 'center' }); });
  window.addEventListener('pageshow', free);
}

if (form) {
  form.addEventListener('click', (event) => { pressed = event.target.closest('button') || pressed; });
  form.addEventListener('submit', send);
}
