/* How many minutes of a try are left, without seconds that rush; when none is, what is on the page is sent. */
const clock = document.querySelector('[data-left]');
const ends = performance.now() + Number(clock.dataset.left) * 1000;

function tick() {
  const left = (ends - performance.now()) / 1000;
  const words = left >= 60 ? clock.dataset.many.replace('#', Math.round(left / 60)) : clock.dataset.last;
  const shown = clock.querySelector('span');
  if (shown.textContent !== words) shown.textContent = words;
  if (left > 0) { window.setTimeout(tick, Math.min(5000, left * 1000 + 50)); return; }
  const form = document.querySelector('form[action$="/answer"]');
  if (form && form.checkValidity()) form.submit(); else window.location.reload();
}

tick();
