/* What was played, and telling the box. A report holds the whole sitting: one that is lost is made good by the next. */

const JUMP_S = 1.5;

/* The stretches that were played, in seconds; `cut` closes the one that is open at the last place it reached. */
export class Played {
  constructor() { this.stretches = []; this.open = null; }

  begin(at) { this.cut(); this.open = [at, at]; }

  reach(at, rate) {
    if (!this.open || at < this.open[1] || at - this.open[1] > JUMP_S * Math.max(1, rate)) this.begin(at);
    else this.open[1] = at;
  }

  end(at) { if (this.open && at >= this.open[1] && at - this.open[1] <= 2 * JUMP_S) this.open[1] = at; this.cut(); }

  cut() {
    if (this.open && this.open[1] > this.open[0]) this.stretches = this.joined(this.stretches.concat([this.open]));
    this.open = null;
  }

  joined(stretches) {
    const sorted = stretches.slice().sort((a, b) => a[0] - b[0]), out = [];
    sorted.forEach((one) => {
      const last = out[out.length - 1];
      if (last && one[0] - last[1] <= 0.5) last[1] = Math.max(last[1], one[1]);
      else out.push([one[0], one[1]]);
    });
    return out;
  }

  all() { return this.joined(this.open ? this.stretches.concat([this.open]) : this.stretches); }

  total() { return this.all().reduce((sum, one) => sum + one[1] - one[0], 0); }

  text() { return this.all().map((one) => one[0].toFixed(1) + '-' + one[1].toFixed(1)).join(','); }
}

export class Reporter {
  constructor(given, video, played, offline, signedOut) {
    this.given = given; this.video = video; this.played = played;
    this.offline = offline; this.signedOut = signedOut;
    this.known = ''; this.misses = 0; this.again = null; this.ended = false;
    this.boxKnows = Number(given.resume);
  }

  body(what) {
    const form = new URLSearchParams();
    form.set('csrf_token', this.given.csrf);
    form.set('who', this.given.who);
    form.set('sitting', this.given.sitting);
    form.set('position_s', this.video.currentTime.toFixed(2));
    form.set('duration_s', String(this.video.duration > 0 && isFinite(this.video.duration) ? this.video.duration : Number(this.given.length) || 0));
    form.set('segments', this.played.text());
    if (this.ended) form.set('ended', '1');
    if (what.left) form.set('left', '1');
    return form;
  }

  /* Only a pupil's page has somebody to tell of; nothing is sent twice that the box has. */
  tell(what) {
    const how = what || {};
    if (!this.given.who) return;
    if (how.ended) this.ended = true;
    const form = this.body(how), text = form.toString();
    if (text === this.known) return;
    if (how.leaving && this.beacon(form)) { this.known = text; return; }
    this.post(text);
  }

  beacon(form) {
    try { return Boolean(navigator.sendBeacon && navigator.sendBeacon(this.given.report, form)); } catch (refused) { return false; }
  }

  post(text) {
    fetch(this.given.report, {
      method: 'POST', body: text, credentials: 'same-origin',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
    }).then((answer) => {
      /* 400: the form's mark is another browser session's, because somebody signed in or out since. */
      if ([400, 401, 403].indexOf(answer.status) >= 0) { this.signedOut.hidden = false; return; }
      if (answer.status >= 500) { this.missed(); return; }
      if (answer.ok) { this.known = text; this.ended = false; this.boxKnows = Number(new URLSearchParams(text).get('position_s')); }
      this.misses = 0;
      this.offline.hidden = true;
    }, () => this.missed());
  }

  missed() {
    this.misses += 1;
    if (this.misses >= 2) this.offline.hidden = false;
    clearTimeout(this.again);
    this.again = setTimeout(() => this.tell(), Math.min(60, 5 * this.misses) * 1000);
  }
}
