/**
 * Which brokers may an agent dial, and by which keys does it know them?
 *
 * The server says so under its identity key, because that key never enters a broker's files and a broker's own word
 * about itself counts for nothing (docs/protocol.md, Identity and pins).
 */
import { z } from 'zod';
import { fingerprintSchema, serverIdSchema, type Fingerprint } from '@longshore/protocol';
import type { Signer } from './compact-signature';
import { signStatement, verifyStatement } from './signed-statement';

export const brokerStatementSchema = z.object({
  serverId: serverIdSchema,
  brokers: z
    .array(
      z.object({
        host: z.string().min(1).max(255),
        port: z.int().min(1).max(65_535),
        /** More than one while a broker's key is being replaced. */
        fingerprints: z.array(fingerprintSchema).min(1).max(8),
      }),
    )
    .max(64),
});
export type BrokerStatement = z.infer<typeof brokerStatementSchema>;

const typ = 'longshore-brokers+jws';

export function signBrokerStatement(statement: BrokerStatement, signer: Signer): Promise<string> {
  return signStatement({ typ, statement, signer });
}

/** `signer` is the server's pin. */
export function verifyBrokerStatement(jws: string, signer: Fingerprint): Promise<BrokerStatement> {
  return verifyStatement({ typ, jws, signer, schema: brokerStatementSchema });
}
