// A button that prints the page; without scripts it stays hidden, and the browser's own menu prints.
Array.from(document.querySelectorAll("[data-print]")).forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => { window.print(); });
});
