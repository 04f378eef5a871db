// JSON whose bytes depend on nothing but the content: keys sorted, except where the order is meaning (a schema's fields).
const inTheirOrder = new Set(['properties']);

export function stableJson(value) {
  return `${JSON.stringify(sorted(value), null, 2)}\n`;
}

function sorted(value, key = '') {
  if (Array.isArray(value)) return value.map((element) => sorted(element));
  if (value === null || typeof value !== 'object') return value;
  const names = Object.keys(value);
  if (!inTheirOrder.has(key)) names.sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name], name)]));
}
