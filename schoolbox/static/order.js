/* Things to bring in order: a tap gives the next free number, a second tap takes it back. Without this module the
   numbers are chosen one by one. */
const rows = Array.prototype.slice.call(document.querySelectorAll('[data-order] .opt'));
const numbers = rows.map((row) => row.querySelector('select'));

function mark() {
  numbers.forEach((number, at) => {
    if (number.value) rows[at].classList.add('is-on'); else rows[at].classList.remove('is-on');
  });
}

function free() {
  const taken = numbers.map((number) => number.value);
  return rows.map((row, at) => String(at + 1)).filter((place) => taken.indexOf(place) < 0)[0] || '';
}

rows.forEach((row, at) => {
  row.addEventListener('click', (event) => {
    if (event.target === numbers[at] || numbers[at].contains(event.target)) return;
    numbers[at].value = numbers[at].value ? '' : free();
    mark();
  });
  numbers[at].addEventListener('change', mark);
});
window.addEventListener('pageshow', mark);
mark();
Array.prototype.forEach.call(document.querySelectorAll('[data-tap]'), (words) => { words.hidden = false; });
