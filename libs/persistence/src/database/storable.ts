/**
 * Makes a JSON value storable: PostgreSQL takes neither NUL nor half of a surrogate pair, and a message of one agent
 * that holds them must not fail the transaction that it shares with others. Each becomes the replacement character.
 */

/** How JSON writes them; a backslash that is itself escaped does not count. */
const unstorable = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

export function storable<Value>(value: Value): Value {
  const text = JSON.stringify(value);
  if (text === undefined || !/\\u(?:0000|d)/.test(text)) return value;
  return JSON.parse(text.replace(unstorable, '$1\ufffd')) as Value;
}

export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
