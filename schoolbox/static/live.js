/* Keeps an open page true: bars and numbers move, and when there is something else to say the page is loaded anew. An
   empty stamp says that the box is just looking: what the page says stands until it knows better. A page that changes
   slowly says in data-every how many seconds to wait. */
const page = document.querySelector('[data-live]');
const EVERY_MS = page && page.dataset.every ? page.dataset.every * 1000 : 2000;
const bar = document.querySelector('[data-share]');
const words = Array.from(document.querySelectorAll('[data-words]'));

function show(now) {
  if (now.stamp && now.stamp !== page.dataset.stamp) { location.reload(); return; }
  if (bar) { bar.value = now.share; bar.textContent = now.share + ' %'; }
  words.forEach((place) => {
    const said = now[place.dataset.words];
    if (said && place.textContent !== said) place.textContent = said;
  });
  later();
}

function ask() {
  if (document.hidden) { later(); return; }
  fetch(page.dataset.live, { credentials: 'same-origin', headers: { Accept: 'application/json' } })
    .then((answer) => (answer.ok ? answer.json() : null))
    .then((now) => { if (now) show(now); else later(); }, later);
}

function later() { setTimeout(ask, EVERY_MS); }

if (page) later();
