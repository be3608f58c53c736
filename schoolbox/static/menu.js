/* The menus of the header: Escape or a tap elsewhere closes them. Without this module a second tap on the menu does. */
function close(but) {
  Array.prototype.forEach.call(document.querySelectorAll('details.menu[open]'), (menu) => { if (menu !== but) menu.open = false; });
}

document.addEventListener('click', (event) => close(event.target.closest('details.menu')));
document.addEventListener('focusin', (event) => close(event.target.closest('details.menu')));
document.addEventListener('keydown', (event) => {
  const menu = event.target.closest('details.menu[open]');
  if (event.key !== 'Escape' || !menu) return;
  close(null);
  menu.querySelector('summary').focus();
});
