/**
 * A database or a broker that somebody else runs: named by the same variables as for a server started by hand, it is
 * used instead of an embedded one and neither started nor stopped here.
 */
import { fingerprintSchema, parseWith } from '@longshore/protocol';
import { z } from 'zod';
import type { Broker } from './broker';
import type { Database } from './database';

type Environment = Readonly<Record<string, string | undefined>>;
type Say = (text: string) => void;

const brokerSchema = z.object({
  BROKER_URL: z.url({ protocol: /^amqps$/, error: 'must be an amqps:// address' }),
  BROKER_MANAGEMENT_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }),
  BROKER_FINGERPRINTS: z.string().transform((text) => text.split(',').map((each) => each.trim())),
});

export function databaseElsewhere({ DATABASE_URL }: Environment, say: Say): Database | null {
  if (!DATABASE_URL) return null;
  say('PostgreSQL: the one that DATABASE_URL names');
  return { url: DATABASE_URL, stop: async () => undefined };
}

/** Null where no broker is named; one that is named incompletely is refused by the name of the variable. */
export function brokerElsewhere(environment: Environment, say: Say): Broker | null {
  if (!environment['BROKER_URL']) return null;
  const { BROKER_URL, BROKER_MANAGEMENT_URL, BROKER_FINGERPRINTS } = parseWith(brokerSchema, environment);
  say('RabbitMQ: the one that BROKER_URL names');
  return {
    url: BROKER_URL,
    managementUrl: BROKER_MANAGEMENT_URL,
    fingerprints: parseWith(z.array(fingerprintSchema), BROKER_FINGERPRINTS, 'BROKER_FINGERPRINTS'),
    isOurs: false,
    stop: async () => undefined,
  };
}
