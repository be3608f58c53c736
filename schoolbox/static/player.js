/* The video page: goes on where one stopped, own controls, captions, speed, the text beside the video, the next item.
   Without this module the browser's own controls do the job. What is written for the box is in report.js. */
import { Played, Reporter } from './report.js';
import { read, readSpot, readTab, write, writeSpot, writeTab } from './remember.js';

const SPEEDS = [0.75, 1, 1.25, 1.5];
const TELL_EVERY_S = 10;
const NEAR_END_S = 3;
const $ = (id) => document.getElementById(id);

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const two = (n) => (n < 10 ? '0' : '') + n;
  const rest = two(whole % 60);
  return whole < 3600 ? Math.floor(whole / 60) + ':' + rest : Math.floor(whole / 3600) + ':' + two(Math.floor(whole / 60) % 60) + ':' + rest;
}

/* A speed as the page's language writes it: the server did, in the row of speeds. */
const speedWords = (speed) => {
  const link = document.querySelector('#speeds a[data-speed="' + speed + '"]');
  return link ? link.textContent : speed + '×';
};

class Player {
  constructor(box) {
    this.box = box;
    this.video = box.querySelector('video');
    this.given = box.dataset;
    this.played = new Played();
    this.reporter = new Reporter(this.given, this.video, this.played, $('no-line'), $('signed-out'));
    this.resume = this.resumeAt();
    this.lines = Array.prototype.slice.call(document.querySelectorAll('#lines a[data-t]'));
    this.toldAt = 0;
  }

  length() { return isFinite(this.video.duration) && this.video.duration > 0 ? this.video.duration : Number(this.given.length) || 0; }

  /* Where to go on: what the box remembers of a pupil, what this browser remembers of a guest. A report that was sent
     on leaving may reach the box after the next page was made, so the tab itself remembers for a minute. A page that died
     without a word (no battery, tab thrown away) left its spot: it counts if the box has heard of nothing newer since. */
  resumeAt() {
    let at = this.given.who ? Number(this.given.resume) : Number(read('at:' + this.given.item)) || 0;
    const left = readTab('left');
    if (left && left.item === this.given.item && left.who === this.given.who && Math.abs(Date.now() - left.when) < 60000) at = left.at;
    const spot = this.given.who && readSpot();
    if (spot && spot.item === this.given.item && spot.who === this.given.who && Math.abs(spot.boxKnew - Number(this.given.resume)) < 1) at = spot.at;
    const length = Number(this.given.length);
    return at >= 1 && (!length || at < length - NEAR_END_S) ? at : 0;
  }

  start() {
    this.video.controls = false;
    this.offerToBegin();
    this.listen();
    this.controls();
    this.captions();
    this.speeds();
    this.transcript();
    if (this.given.start !== '') this.playFrom(Number(this.given.start));
  }

  offerToBegin() {
    $('begin').hidden = false;
    if (this.resume) {
      $('go').querySelector('span').textContent = this.given.resumeWords.replace('{time}', clock(this.resume));
      $('from-start').hidden = false;
    }
    this.onClick($('go'), () => this.playFrom(this.resume));
    this.onClick($('from-start'), () => this.playFrom(0));
    if ($('once-more')) this.onClick($('once-more'), () => this.playFrom(0));
  }

  onClick(element, action) {
    element.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      action();
    });
  }

  /* Play from a second; browsers need the length before they can go there. */
  playFrom(seconds) {
    const go = () => { this.seek(seconds); this.play(); };
    if (this.video.readyState >= 1) { go(); return; }
    this.video.addEventListener('loadedmetadata', () => this.seek(seconds), { once: true });
    this.play();
  }

  seek(seconds) {
    const end = this.length();
    this.video.currentTime = Math.max(0, end ? Math.min(seconds, end - 0.1) : seconds);
  }

  play() {
    this.showControls();
    const started = this.video.play();
    if (started && started.catch) started.catch(() => this.showPlaying());
  }

  toggle() { if (this.video.paused) this.play(); else this.video.pause(); }

  showControls() {
    $('begin').hidden = true;
    $('over').hidden = true;
    $('pbar').hidden = false;
    if ($('where')) $('where').hidden = true;
  }

  showPlaying() {
    const on = !this.video.paused && !this.video.ended;
    this.flag($('i-playing'), !on);
    this.flag($('i-paused'), on);
    $('play').setAttribute('aria-label', on ? $('play').dataset.pause : $('play').dataset.play);
  }

  /* The attribute itself: drawings (svg) have no `hidden` property in old browsers. */
  flag(element, hidden) { if (hidden) element.setAttribute('hidden', ''); else element.removeAttribute('hidden'); }

  showTime() {
    const at = this.video.currentTime, length = this.length();
    $('clock').textContent = clock(at) + ' / ' + clock(length);
    if (length) $('seek').max = Math.ceil(length);
    if (!this.dragging) $('seek').value = Math.round(at);
    $('seek').setAttribute('aria-valuetext', clock(at));
  }

  listen() {
    const video = this.video;
    const on = (name, action) => video.addEventListener(name, action);
    on('playing', () => { this.played.begin(video.currentTime); this.showPlaying(); });
    on('play', () => { this.showControls(); this.showPlaying(); });
    on('timeupdate', () => this.tick());
    on('seeking', () => this.played.cut());
    on('seeked', () => {
      if (!video.paused) this.played.begin(video.currentTime);
      this.showTime();
      this.reporter.tell();
    });
    on('waiting', () => this.played.cut());
    on('pause', () => { this.played.end(video.currentTime); this.showPlaying(); this.reporter.tell(); });
    on('loadedmetadata', () => this.showTime());
    on('ended', () => this.ended());
    on('click', () => this.toggle());
    /* A phone that goes dark, a tab that is closed, the back button: whichever of these the browser still tells. */
    document.addEventListener('visibilitychange', () => { if (document.hidden) this.leave(); });
    window.addEventListener('pagehide', () => this.leave());
  }

  tick() {
    const video = this.video;
    if (!video.paused && !video.seeking) this.played.reach(video.currentTime, video.playbackRate);
    this.showTime();
    this.markLine();
    if (!this.given.who) write('at:' + this.given.item, video.currentTime.toFixed(1));
    else if (!video.seeking) this.leaveSpot();
    if (!video.paused && Math.abs(this.played.total() - this.toldAt) >= TELL_EVERY_S) {
      this.toldAt = this.played.total();
      this.reporter.tell();
    }
  }

  leaveSpot() {
    writeSpot({ item: this.given.item, who: this.given.who, boxKnew: this.reporter.boxKnows, at: this.video.currentTime });
  }

  ended() {
    this.played.end(this.video.currentTime);
    if (!this.given.who) write('at:' + this.given.item, '');
    this.showPlaying();
    $('over').hidden = false;
    this.reporter.tell({ ended: true });
    if (document.activeElement === document.body || this.box.contains(document.activeElement)) {
      const next = $('over').querySelector('a');
      if (next) next.focus();
    }
  }

  leave() {
    if (!this.played.total() && this.video.paused) return;
    this.played.end(this.video.currentTime);
    if (this.given.who) writeTab('left', { item: this.given.item, who: this.given.who, at: this.video.currentTime, when: Date.now() });
    this.reporter.tell({ left: true, leaving: true });
    if (!this.video.paused) this.played.begin(this.video.currentTime);
  }

  controls() {
    const seek = $('seek');
    $('play').addEventListener('click', () => this.toggle());
    $('back').addEventListener('click', () => this.seek(this.video.currentTime - 10));
    seek.addEventListener('input', () => { this.dragging = true; $('clock').textContent = clock(seek.value) + ' / ' + clock(this.length()); });
    seek.addEventListener('change', () => { this.dragging = false; this.seek(Number(seek.value)); });
    $('full').addEventListener('click', () => this.fullScreen());
    this.box.addEventListener('keydown', (event) => this.key(event));
  }

  key(event) {
    const at = event.target.tagName;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if ((event.key === ' ' || event.key === 'k') && at !== 'BUTTON' && at !== 'A') this.toggle();
    else if (event.key === 'ArrowLeft') this.seek(this.video.currentTime - 5);
    else if (event.key === 'ArrowRight') this.seek(this.video.currentTime + 5);
    else if (event.key === 'f') this.fullScreen();
    else if (event.key === 'c' && $('cc')) $('cc').click();
    else return;
    event.preventDefault();
  }

  fullScreen() {
    const box = this.box, video = this.video;
    const now = document.fullscreenElement || document.webkitFullscreenElement;
    if (now) (document.exitFullscreen || document.webkitExitFullscreen).call(document);
    else if (box.requestFullscreen) box.requestFullscreen();
    else if (box.webkitRequestFullscreen) box.webkitRequestFullscreen();
    else if (video.webkitEnterFullscreen) video.webkitEnterFullscreen();
  }

  /* Captions are drawn by the page, so that they look the same everywhere and stay clear of the controls. */
  captions() {
    const tracks = Array.prototype.slice.call(this.video.textTracks || []);
    if (!tracks.length || !$('cc')) return;
    const cue = this.box.querySelector('.cue'), words = cue.firstElementChild;
    const asked = new URLSearchParams(location.search).get('captions');
    const known = tracks.map((track) => track.language);
    const liked = asked || read('captions') || this.given.captions;
    let wanted = liked === 'off' || known.indexOf(liked) >= 0 ? liked : this.given.captions;
    let before = wanted === 'off' ? known[0] : wanted;
    const draw = () => {
      const track = tracks[known.indexOf(wanted)];
      const cues = track && track.activeCues ? Array.prototype.slice.call(track.activeCues) : [];
      words.textContent = cues.map((one) => one.text.replace(/<[^<>]*>/g, '')).join('\n');
      words.lang = track ? track.language : '';
      this.flag(words, !cues.length);
      this.flag(cue, wanted === 'off' || $('pbar').hidden);
    };
    const show = () => {
      tracks.forEach((track, place) => { track.mode = known[place] === wanted ? 'hidden' : 'disabled'; });
      $('cc').setAttribute('aria-pressed', String(wanted !== 'off'));
      this.choose('#languages a', (link) => link.dataset.captions === wanted);
      draw();
    };
    const set = (language) => {
      if (language !== 'off') before = language;
      wanted = language;
      write('captions', language);
      show();
    };
    tracks.forEach((track) => track.addEventListener('cuechange', draw));
    this.video.addEventListener('play', draw);
    $('cc').addEventListener('click', () => set(wanted === 'off' ? before : 'off'));
    Array.prototype.forEach.call(document.querySelectorAll('#languages a'), (link) => {
      /* The text beside the video is in one language: another one is fetched with its page. */
      if (link.dataset.captions === 'off' || known.length === 1) this.onClick(link, () => set(link.dataset.captions));
      else link.addEventListener('click', () => write('captions', link.dataset.captions));
    });
    show();
  }

  choose(selector, isChosen) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), (link) => {
      if (isChosen(link)) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    });
  }

  speeds() {
    const set = (speed) => {
      this.video.playbackRate = speed;
      $('speed').textContent = speedWords(speed);
      $('speed').setAttribute('aria-label', $('speed').dataset.words.replace('{times}', speedWords(speed).replace('×', '')));
      this.choose('#speeds a', (link) => Number(link.dataset.speed) === speed);
    };
    const keep = (speed) => { write('speed', speed); set(speed); };
    const known = Number(read('speed'));
    set(SPEEDS.indexOf(known) >= 0 ? known : 1);
    this.video.addEventListener('loadeddata', () => set(SPEEDS.indexOf(Number(read('speed'))) >= 0 ? Number(read('speed')) : 1));
    $('speed').addEventListener('click', () => keep(SPEEDS[(SPEEDS.indexOf(this.video.playbackRate) + 1) % SPEEDS.length]));
    $('speeds').hidden = false;
    Array.prototype.forEach.call(document.querySelectorAll('#speeds a'), (link) => this.onClick(link, () => keep(Number(link.dataset.speed))));
  }

  transcript() {
    this.lines.forEach((link) => this.onClick(link, () => {
      this.playFrom(Number(link.dataset.t));
      this.box.scrollIntoView();
    }));
    this.markLine();
  }

  markLine() {
    const at = this.video.currentTime + 0.05;
    let now = null;
    this.lines.forEach((link) => { if (Number(link.dataset.t) <= at) now = link; });
    if (now === this.line) return;
    if (this.line) this.line.removeAttribute('aria-current');
    this.line = now;
    if (!now) return;
    now.setAttribute('aria-current', 'true');
    const list = $('lines'), top = now.parentElement.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top > list.scrollTop + list.clientHeight - 60) list.scrollTop = top - 60;
  }
}

const box = $('player');
if (box) new Player(box).start();
