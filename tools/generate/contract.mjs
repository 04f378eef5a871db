// The protocol library and the JMS topology as loaded modules: what messages.md and asyncapi.json are made of.
import { load } from './bundle.mjs';

let loading;

export function loadContract() {
  loading ??= load(`
    export * from '@longshore/protocol';
    export * as topology from './libs/jms-wire/src/topology';
    export { z } from 'zod';
  `);
  return loading;
}

/** As a sender may write it: defaults are optional, unknown fields are allowed. */
export function schemaOf({ z }, schema) {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}
