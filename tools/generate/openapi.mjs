// docs/reference/openapi.json: what apps/server prints of its own routes, with its keys in a stable order.
import { printedBy } from './bundle.mjs';
import { stableJson } from './stable-json.mjs';

export async function openApiDocument() {
  return stableJson(JSON.parse(await printedBy('apps/server/src/openapi.main.ts')));
}
