/* Sends bytes to the box piece by piece, and goes on by itself when the line was gone or the box was started again. */
import { read, stretch } from './chosen.js';

const SILENT_MS = 30000;
const WAITS_MS = [1000, 1000, 2000, 4000, 8000, 10000];
const BUSY_MS = 400;
const NO_ANSWER = [0, 500, 502, 504];
const WINDOW_MS = 20000;
const MEASURED_MS = 2000;

/* Ask the box; what comes back is the answer and its status, 0 for none at all. */
export function ask(method, url, csrf, body) {
  return new Promise((good) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.timeout = SILENT_MS;
    request.setRequestHeader('Accept', 'application/json');
    if (csrf) request.setRequestHeader('X-CSRFToken', csrf);
    if (body instanceof Uint8Array) request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.onload = () => {
      let said = null;
      try { said = JSON.parse(request.responseText); } catch (notOurs) { said = null; }
      good({ status: said ? request.status : 0, said });
    };
    request.onerror = request.ontimeout = request.onabort = () => good({ status: 0, said: null });
    request.send(body || null);
  });
}

export class Sender {
  /* `show` is told after every piece, `stop` what ended it before its time. */
  constructor(given, show) {
    this.given = given; this.show = show;
    this.paused = false; this.misses = 0; this.samples = []; this.wake = null; this.busy = false;
    this.told = null; this.ahead = null;
    window.addEventListener('online', () => this.hurry());
  }

  /* Send what the box lacks of some files; done when the box says that another part is due, or that it is whole. */
  send(files, upload) {
    return new Promise((good, bad) => {
      this.files = files; this.upload = upload; this.part = upload.state; this.good = good; this.bad = bad;
      this.samples = [];
      this.next();
    });
  }

  pause() { this.paused = true; this.show(this); }

  goOn() { this.paused = false; this.told = null; this.misses = 0; this.samples = []; this.show(this); this.next(); }

  hurry() { if (this.wake) { clearTimeout(this.wake); this.wake = null; this.next(); } }

  later(ms) { this.wake = setTimeout(() => { this.wake = null; this.next(); }, ms); }

  next() {
    if (this.paused || this.busy || this.wake) return;
    const at = this.upload.at;
    this.busy = true;
    this.read(at).then((bytes) => {
      if (!bytes.length && at < this.upload.total) throw new Error('shorter');
      this.readAhead(at + bytes.length);
      return ask('POST', this.upload.piece + '?at=' + at, this.given.csrf, bytes);
    }).then((answer) => { this.busy = false; this.heard(answer); }, () => { this.busy = false; this.bad({ unreadable: true }); });
  }

  read(at) {
    if (this.ahead && this.ahead.at === at && this.ahead.files === this.files) return this.ahead.bytes;
    return read(stretch(this.files, at, Math.min(this.given.pieceBytes, this.upload.total - at)));
  }

  /* The next piece is read from the disk while this one travels. */
  readAhead(at) {
    if (at >= this.upload.total) { this.ahead = null; return; }
    const bytes = this.read(at);
    bytes.catch(() => null);
    this.ahead = { at, files: this.files, bytes };
  }

  /* The box did not answer: how long to wait until it is asked again. */
  missed() {
    this.misses += 1;
    return WAITS_MS[Math.min(this.misses, WAITS_MS.length) - 1];
  }

  /* Ask how far an upload is, until the box answers. */
  state(upload) {
    this.upload = upload;
    return ask('GET', upload.here, '').then((answer) => {
      if (!NO_ANSWER.includes(answer.status)) { this.misses = 0; return answer; }
      const wait = this.missed();
      this.show(this);
      return new Promise((over) => { setTimeout(over, wait); }).then(() => this.state(upload));
    });
  }

  heard(answer) {
    if (answer.status === 200 || answer.status === 409) {
      this.misses = 0;
      this.took(answer.said);
    } else if (NO_ANSWER.includes(answer.status)) {
      this.later(this.missed());
      this.show(this);
    } else if (answer.status === 503) {
      this.later(BUSY_MS);
    } else if (answer.status === 507) {
      /* The disk is full: somebody makes room, then it goes on. */
      this.told = answer.said;
      this.pause();
    } else {
      this.bad(answer);
    }
  }

  took(upload) {
    this.upload = upload;
    this.samples.push([performance.now(), upload.at]);
    while (this.samples.length > 2 && this.samples[this.samples.length - 1][0] - this.samples[0][0] > WINDOW_MS) this.samples.shift();
    if (upload.state !== this.part) { this.good(upload); return; }
    this.show(this);
    this.next();
  }

  /* Bytes in a second; 0 while nobody can say. */
  speed() {
    const first = this.samples[0], last = this.samples[this.samples.length - 1];
    if (!first || last[0] - first[0] < MEASURED_MS) return 0;
    return Math.max(0, last[1] - first[1]) * 1000 / (last[0] - first[0]);
  }
}
