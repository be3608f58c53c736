// Tells the box what time it is on a device of the staff: a small computer without a battery does not know.
const given = document.getElementById('clock').dataset;
const form = new FormData();
form.set('csrf_token', given.csrf);
form.set('at', String(Date.now()));
fetch(given.to, { method: 'POST', body: form, credentials: 'same-origin' }).catch(() => {});
