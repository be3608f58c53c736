/* What somebody chose, as the box wants to know it: name, size, and a mark that tells it from another of that name. */
const END_BYTES = 64 * 1024;
const META_BYTES_MAX = 2 * 1024 * 1024;
const TABLE = new Uint32Array(256);
for (let n = 0; n < 256; n += 1) {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  TABLE[n] = value;
}

/* CRC-32 as in a zip file: it only has to tell files apart, and the browser's own hashes are not there on http. */
function crc(bytes, before) {
  let value = ~(before || 0);
  for (let n = 0; n < bytes.length; n += 1) value = TABLE[(value ^ bytes[n]) & 255] ^ (value >>> 8);
  return ~value >>> 0;
}

function hex(bytes) { return Array.from(bytes, (byte) => (byte < 16 ? '0' : '') + byte.toString(16)).join(''); }

function mark(value) { return ('0000000' + value.toString(16)).slice(-8); }

/* Read a stretch of a file; it fails if the file was changed, moved or on a stick that is gone. */
export function read(blob) {
  return new Promise((good, bad) => {
    const reader = new FileReader();
    reader.onload = () => good(new Uint8Array(reader.result));
    reader.onerror = () => bad(new Error('unreadable'));
    reader.readAsArrayBuffer(blob);
  });
}

/* The bytes from `at` on of files that lie one behind the other. */
export function stretch(files, at, length) {
  const parts = [];
  let start = 0;
  for (let n = 0; n < files.length && length > 0; n += 1) {
    const end = start + files[n].size;
    if (at < end) {
      const from = at - start, count = Math.min(length, end - at);
      parts.push(files[n].slice(from, from + count));
      at += count;
      length -= count;
    }
    start = end;
  }
  return new Blob(parts);
}

function hasEnd(bytes) {
  for (let n = bytes.length - 22; n >= 0; n -= 1) {
    if (bytes[n] === 0x50 && bytes[n + 1] === 0x4b && bytes[n + 2] === 5 && bytes[n + 3] === 6) return true;
  }
  return false;
}

/* One file: its first and last 64 KiB. */
export function ofFile(file) {
  return Promise.all([read(file.slice(0, END_BYTES)), read(file.slice(Math.max(0, file.size - END_BYTES)))])
    .then((ends) => ({
      kind: 'zip', name: file.name, size: file.size, files: [file], list: null,
      mark: mark(crc(ends[1], crc(ends[0]))), head: hex(ends[0].subarray(0, 16)), end: hasEnd(ends[1]) ? '1' : '0',
    }));
}

/* A folder: the list of those of its files that could be on a shelf, and the lists that are signed. */
export function ofFolder(chosen) {
  const path = (file) => file.webkitRelativePath.split('/').slice(1).join('/');
  const files = Array.from(chosen).filter((file) => /(^|\/)(meta|manifests|blobs)\//.test(path(file)))
    .sort((a, b) => (path(a) < path(b) ? -1 : 1));
  const list = new Blob([files.map((file) => file.size + ' ' + path(file) + '\n').join('')]);
  const metas = files.filter((file) => /(^|\/)meta\//.test(path(file)) && file.size <= META_BYTES_MAX);
  const name = chosen.length ? chosen[0].webkitRelativePath.split('/')[0] : '';
  return [list].concat(metas)
    .reduce((before, one) => before.then((value) => read(one).then((bytes) => crc(bytes, value))), Promise.resolve(0))
    .then((value) => ({ kind: 'folder', name, size: list.size, files, list, mark: mark(value), head: '', end: '0' }));
}
