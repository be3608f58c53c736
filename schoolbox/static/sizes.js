/* Sizes as the pages write them; `decimal` is the sign of the page's language, which not every browser knows. */
export function size(bytes, decimal) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let amount = bytes, unit = 0;
  while (amount >= 999.5 && unit < units.length - 1) { amount /= 1000; unit += 1; }
  const rounded = amount < 10 && unit > 1 ? Math.round(amount * 10) / 10 : Math.round(amount);
  return String(rounded).replace('.', decimal) + ' ' + units[unit];
}
