/* Says on the button how much is ticked, and draws it into the room of the box. Without scripts the button still works. */
import { size } from './sizes.js';

const form = document.querySelector('[data-choice]');
const button = form && form.querySelector('[data-many]');
const drawn = document.querySelector('[data-new]');
const decimal = button ? button.dataset.decimal : '.';

/* A pack counts with its ticked units, or with all of it if none is ticked. */
function chosen() {
  const units = {}, packs = {};
  Array.from(form.querySelectorAll('input[name=unit]:checked')).forEach((one) => {
    units[one.dataset.of] = (units[one.dataset.of] || 0) + Number(one.dataset.bytes);
  });
  Array.from(form.querySelectorAll('input[name=pack]:checked')).forEach((one) => { packs[one.value] = Number(one.dataset.bytes); });
  return Object.assign(packs, units);
}

function say() {
  const packs = chosen(), names = Object.keys(packs), bytes = names.reduce((sum, name) => sum + packs[name], 0);
  const words = names.length === 1 ? button.dataset.one : button.dataset.many.replace('{count}', names.length);
  button.textContent = names.length ? words + ' · ' + size(bytes, decimal) : button.dataset.none;
  button.disabled = !names.length;
  if (drawn) drawn.setAttribute('width', String(Math.min(100 - Number(drawn.getAttribute('x')), 100 * bytes / Number(drawn.dataset.total))));
}

if (button) { form.addEventListener('change', say); say(); }
