/* Small choices that this browser remembers; without storage (private windows) they last as long as the page. */
const here = {};

export function read(key) {
  try { return localStorage.getItem('schoolbox:' + key); } catch (refused) { return here[key] || null; }
}

export function write(key, value) {
  here[key] = String(value);
  try {
    if (value === '') localStorage.removeItem('schoolbox:' + key);
    else localStorage.setItem('schoolbox:' + key, String(value));
  } catch (refused) { /* kept above */ }
}

/* What only this tab remembers, and only until it is closed. */
export function readTab(key) {
  try { return JSON.parse(sessionStorage.getItem('schoolbox:' + key)); } catch (refused) { return null; }
}

export function writeTab(key, value) {
  try { sessionStorage.setItem('schoolbox:' + key, JSON.stringify(value)); } catch (refused) { /* the box will know */ }
}

/* Where the last video stood, with whose it is and what the box knew then; one place only, the next video takes it. */
export function readSpot() {
  try { return JSON.parse(read('spot')); } catch (refused) { return null; }
}

export function writeSpot(spot) { write('spot', JSON.stringify(spot)); }
