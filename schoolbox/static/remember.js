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
