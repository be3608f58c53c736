/* The page that takes packs from this computer: choose, send with a bar, pause, go on. Sending is in sender.js. */
import { ofFile, ofFolder } from './chosen.js';
import { ask, Sender } from './sender.js';
import { size as sized } from './sizes.js';

const page = document.querySelector('[data-uploads]');
const given = page.dataset;
const $ = (name) => page.querySelector('[data-at="' + name + '"]');
const size = (bytes) => sized(bytes, given.decimal);
const pickers = Array.from(page.querySelectorAll('[data-pick]'));

function left(seconds) {
  if (seconds < 45) return given.soon;
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return (minutes === 1 ? given.minute : given.minutes).replace('{num}', minutes);
  const hours = Math.round(minutes / 60);
  return (hours === 1 ? given.hour : given.hours).replace('{num}', hours);
}

function write(name, words) { const place = $(name); if (place.textContent !== words) place.textContent = words; }

/* Say one thing at a time: `tone` is warn or bad, nothing takes it away. */
function say(sentences, tone) {
  const place = $('said');
  place.hidden = !sentences;
  if (!sentences) return;
  place.className = 'msg m-' + tone;
  write('happened', sentences[0]);
  write('safe', sentences[1]);
  write('todo', sentences[2]);
}

function show(sender) {
  const upload = sender.upload, part = upload.state === 'list' ? 0 : upload.at, bar = $('bar');
  bar.max = Math.max(1, upload.state === 'list' ? 1 : upload.total);
  bar.value = part;
  bar.textContent = Math.floor(100 * part / bar.max) + ' %';
  write('arrived', upload.state === 'list' ? given.measuring : given.part.replace('{done}', size(part)).replace('{all}', size(upload.total)));
  const speed = sender.paused ? 0 : sender.speed();
  const unknown = sender.paused ? '' : given.measuring;
  write('speed', speed ? given.each.replace('{size}', size(speed)) : unknown);
  write('left', speed ? left((upload.total - upload.at) / speed) : unknown);
  $('spared-row').hidden = !upload.spared;
  write('spared', size(upload.spared));
  $('pause').hidden = sender.paused;
  $('go-on').hidden = !sender.paused;
  if (sender.told) say([sender.told.happened, sender.told.safe, sender.told.todo], 'bad');
  else if (sender.paused) say([given.pausedHappened, given.kept, given.pausedTodo], 'warn');
  else if (sender.misses > 1) say([given.goneHappened, given.kept, given.goneTodo], 'warn');
  else say(null);
}

function ended(answer) {
  $('pause').hidden = true;
  $('go-on').hidden = true;
  pickers.forEach((button) => { button.disabled = false; });
  if (answer.unreadable) say([given.unreadHappened, given.kept, given.unreadTodo], 'bad');
  else if (answer.status === 401) say([given.outHappened, given.kept, given.outTodo], 'bad');
  else if (answer.said) say([answer.said.happened, answer.said.safe, answer.said.todo], 'bad');
  else say([given.goneHappened, given.kept, given.againTodo], 'bad');
}

/* What the box answered decides what is sent next, until it is whole. */
function follow(upload, chosen, sender) {
  if (upload.state === 'whole') { location.assign(upload.open); return null; }
  if (upload.state === 'refused') return Promise.reject({ said: { happened: upload.told[0], safe: upload.told[1], todo: upload.told[2] } });
  if (upload.state === 'list') return sender.send([chosen.list], upload).then((next) => follow(next, chosen, sender));
  if (chosen.kind === 'zip') return sender.send(chosen.files, upload).then((next) => follow(next, chosen, sender));
  return sender.state(upload).then((answer) => {
    if (answer.status !== 200) return Promise.reject(answer);
    if (answer.said.state !== 'content') return follow(answer.said, chosen, sender);  // another page was faster
    const wanted = answer.said.wanted.map((line) => chosen.files[line]);
    return sender.send(wanted, answer.said).then((next) => follow(next, chosen, sender));
  });
}

function begin(looking) {
  pickers.forEach((button) => { button.disabled = true; });
  say(null);
  const sender = new Sender({ csrf: given.csrf, pieceBytes: Number(given.pieceBytes) }, show);
  $('pause').onclick = () => sender.pause();
  $('go-on').onclick = () => sender.goOn();
  looking.then((chosen) => {
    write('name', chosen.name);
    const form = new URLSearchParams();
    ['kind', 'name', 'size', 'mark', 'head', 'end'].forEach((key) => form.set(key, String(chosen[key])));
    return ask('POST', given.begin, given.csrf, form)
      .then((answer) => {
        if (answer.status !== 200) return Promise.reject(answer);
        $('going').hidden = false;
        const listed = page.querySelector('[data-upload="' + answer.said.id + '"]');
        if (listed) listed.hidden = true;
        return follow(answer.said, chosen, sender);
      });
  }).catch((answer) => ended(answer instanceof Error ? { unreadable: true } : answer));
}

pickers.forEach((button) => {
  const input = page.querySelector('input[name="' + button.dataset.pick + '"]');
  if (button.dataset.pick === 'folder' && !('webkitdirectory' in input)) return;
  button.hidden = false;
  button.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    if (!input.files.length) return;
    begin(button.dataset.pick === 'folder' ? ofFolder(input.files) : ofFile(input.files[0]));
    input.value = '';
  });
});
