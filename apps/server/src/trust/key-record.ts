/**
 * What does a server keep of its keys, and what becomes of it when the key moves? The current key, the next one (or
 * only the commitment to it, where it is kept offline) and the chain, which must fit each other
 * (docs/protocol.md, The chain of server keys). No file is touched here.
 */
import {
  type ChainStatement,
  createChainHead,
  createChainMove,
  createIdentity,
  createSigner,
  readChain,
} from '@longshore/pinning';
import { LongshoreError, type ServerId, serverIdSchema } from '@longshore/protocol';
import { z } from 'zod';

export const keyRecordSchema = z.object({
  serverId: serverIdSchema,
  currentKeyPem: z.string(),
  /** Null: kept offline. */
  nextKeyPem: z.string().nullable(),
  /** Links of the rotation chain, oldest first. */
  chain: z.array(z.string()).min(1),
  /** Links whose key before was stolen: every process that learns of such a move cuts its connections. */
  emergencyMoves: z.array(z.int().min(1)).default([]),
});
export type KeyRecord = z.infer<typeof keyRecordSchema>;

/** The keys and the chain that are kept together do not belong together. */
export class KeyRecordBrokenError extends LongshoreError {
  constructor(problem: string, options: { readonly cause?: unknown } = {}) {
    super('KEY_RECORD_BROKEN', 'stop', problem, options);
  }
}

export async function createKeyRecord(serverId: ServerId): Promise<KeyRecord> {
  const [current, next] = [createKeyPem(serverId), createKeyPem(serverId)];
  const head = await createChainHead({
    serverId,
    signer: createSigner(current),
    nextCommitment: createSigner(next).fingerprint,
  });
  return { serverId, currentKeyPem: current, nextKeyPem: next, chain: [head], emergencyMoves: [] };
}

/** All links, oldest first, after a check that keys and chain fit; the last link is that of the current key. */
export async function readKeyChain(record: KeyRecord): Promise<readonly [...ChainStatement[], ChainStatement]> {
  const statements = await readChain(record.chain).catch((cause: unknown) => {
    throw new KeyRecordBrokenError('the chain of keys does not hold together', { cause });
  });
  const last = statements.pop();
  if (last === undefined) throw new KeyRecordBrokenError('the chain of keys is empty');
  if (last.serverId !== record.serverId) throw new KeyRecordBrokenError('the chain is that of another server');
  if (last.current !== createSigner(record.currentKeyPem).fingerprint)
    throw new KeyRecordBrokenError('the current key is not the last one of the chain');
  if (record.nextKeyPem !== null && createSigner(record.nextKeyPem).fingerprint !== last.nextCommitment)
    throw new KeyRecordBrokenError('the next key is not the one that the chain commits to');
  return [...statements, last];
}

/** `nextKeyPem` becomes the current key; it must be the committed one. The key before it is kept nowhere. */
export async function moveKeyRecord(
  record: KeyRecord,
  { nextKeyPem, emergency }: { readonly nextKeyPem: string; readonly emergency: boolean },
): Promise<KeyRecord> {
  const statement = (await readKeyChain(record)).at(-1);
  const to = createSigner(nextKeyPem);
  if (statement?.nextCommitment !== to.fingerprint)
    throw new KeyRecordBrokenError('the key is not the one that the chain commits to');
  const following = createKeyPem(record.serverId);
  const link = await createChainMove({
    from: { statement, signer: createSigner(record.currentKeyPem) },
    to,
    nextCommitment: createSigner(following).fingerprint,
  });
  return {
    serverId: record.serverId,
    currentKeyPem: nextKeyPem,
    nextKeyPem: following,
    chain: [...record.chain, link],
    emergencyMoves: emergency ? [...record.emergencyMoves, record.chain.length] : record.emergencyMoves,
  };
}

const createKeyPem = (serverId: ServerId): string => createIdentity({ kind: 'server', id: serverId }).privateKeyPem;
