/* Sends an archive to the hub piece by piece, and goes on by itself when the line was gone. The same file, chosen again, goes
   on where it was. Without this script the form sends a small archive at once. */
const form = document.querySelector('[data-send]');
const given = form.dataset;
const file = form.querySelector('input[type=file]');
const button = form.querySelector('button');
const bar = form.querySelector('progress');
const said = form.querySelector('[data-said]');
const WAITS_MS = [1000, 2000, 4000, 8000, 10000];

function say(words) { said.textContent = words; said.hidden = !words; }

function ask(url, type, body) {
  return new Promise((good) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.timeout = 120000;
    request.setRequestHeader('X-CSRFToken', given.csrf);
    request.setRequestHeader('Content-Type', type);
    request.onload = () => {
      let answer = null;
      try { answer = JSON.parse(request.responseText); } catch (notOurs) { answer = null; }
      good({ status: request.status, answer });
    };
    request.onerror = request.ontimeout = () => good({ status: 0, answer: null });
    request.send(body);
  });
}

/* Ask until there is an answer; what cannot get better by waiting is thrown. */
function asked(url, type, body, misses) {
  return ask(url, type, body).then((one) => {
    if (one.status === 200 && one.answer) return one.answer;
    if (one.status === 0 || one.status === 429 || one.status >= 500) {
      say(given.gone);
      return new Promise((over) => { setTimeout(over, WAITS_MS[Math.min(misses, WAITS_MS.length - 1)]); })
        .then(() => asked(url, type, body, misses + 1));
    }
    throw new Error((one.answer && one.answer.message) || given.failed);
  });
}

function follow(archive, state) {
  bar.value = state.has_bytes;
  if (state.proposal) { location.assign('/publishing/' + state.proposal); return null; }
  say('');
  const piece = archive.slice(state.has_bytes, state.has_bytes + Number(given.pieceBytes));
  const url = '/publishing/uploads/' + state.upload + '/' + state.has_bytes;
  return asked(url, 'application/octet-stream', piece, 0).then((next) => follow(archive, next));
}

form.addEventListener('submit', (event) => {
  const archive = file.files[0];
  if (!archive || !archive.size) return;
  event.preventDefault();
  button.disabled = true;
  bar.hidden = false;
  bar.max = archive.size;
  const mark = [archive.name, archive.size, archive.lastModified].join(' ').slice(0, 300);
  const start = JSON.stringify({ name: archive.name, size_bytes: archive.size, mark });
  asked('/publishing/uploads', 'application/json', start, 0).then((state) => follow(archive, state)).catch((wrong) => {
    say(wrong.message);
    button.disabled = false;
  });
});
