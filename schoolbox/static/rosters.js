/* Sends what is too large for one form in pieces, with a bar; smaller ones go as the form sends them. Where the form
 * says so, a file goes on by itself when the line was gone, and where it stopped when it is sent again. */
import { ask } from './sender.js';

const form = document.querySelector('[data-list]');
const given = form.dataset;
const WAITS_MS = 'goesOn' in given ? [1000, 2000, 4000, 8000, 8000] : [];
let misses = 0;
const $ = (name) => form.querySelector('[data-at="' + name + '"]');

function bytes(blob) {
  return new Promise((good, bad) => {
    const reader = new FileReader();
    reader.onload = () => good(new Uint8Array(reader.result));
    reader.onerror = bad;
    reader.readAsArrayBuffer(blob);
  });
}

function lost() {
  $('going').hidden = true;
  $('lost').hidden = false;
  form.querySelector('button').disabled = false;
}

function send(file, at) {
  const size = Number(given.pieceBytes);
  const to = given.piece + '?at=' + at + '&total=' + file.size + '&name=' + encodeURIComponent(file.name)
    + '&mark=' + (file.lastModified || 0);
  return bytes(file.slice(at, at + size)).then((piece) => ask('POST', to, given.csrf, piece)).then((answer) => {
    if (answer.status === 0 && misses < WAITS_MS.length) {
      misses += 1;
      return new Promise((over) => { setTimeout(over, WAITS_MS[misses - 1]); }).then(() => send(file, at));
    }
    if (answer.status !== 200) { lost(); return null; }
    misses = 0;
    $('bar').value = Math.floor(100 * answer.said.at / file.size);
    if (answer.said.open) { location.assign(answer.said.open); return null; }
    return send(file, answer.said.at);
  });
}

form.addEventListener('submit', (event) => {
  const file = form.querySelector('input[type="file"]').files[0];
  $('lost').hidden = true;
  $('large').hidden = !file || file.size <= Number(given.mostBytes);
  if (!file || file.size <= Number(given.wholeBytes)) return;
  event.preventDefault();
  if (file.size > Number(given.mostBytes)) return;
  $('going').hidden = false;
  form.querySelector('button').disabled = true;
  misses = 0;
  send(file, 0).catch(lost);
});
