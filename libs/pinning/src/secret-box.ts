/**
 * How does a secret rest in the database, so that whoever has only the database cannot read it?
 *
 * In a box `box1.<keyId>.<iv>.<ciphertext and tag>`, base64url: AES-256-GCM under a data key that is kept elsewhere. The
 * box names its key, so that keys can be rotated, and is bound to its context (which secret of what it is), so that a
 * box that is moved to another place does not open there (docs/security.md, Keys).
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SecretBoxRefusedError } from './trust-errors';

export interface BoxKey {
  readonly id: string;
  /** 32 random bytes. */
  readonly key: Uint8Array;
}

export interface SecretToBox {
  readonly text: string;
  readonly key: BoxKey;
  /** What the secret is; the same text is needed to open the box. */
  readonly context: string;
}

export interface BoxToOpen {
  readonly box: string;
  readonly keys: ReadonlyMap<string, BoxKey>;
  readonly context: string;
}

const algorithm = 'aes-256-gcm';
const [ivBytes, tagBytes, keyBytes] = [12, 16, 32];
const boxForm = /^box1\.([0-9a-f]{16})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;

export function createBoxKey(): BoxKey {
  return { id: randomBytes(8).toString('hex'), key: randomBytes(keyBytes) };
}

export function closeBox({ text, key, context }: SecretToBox): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key.key, iv).setAAD(protectedText(key.id, context));
  const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return ['box1', key.id, iv.toString('base64url'), content.toString('base64url')].join('.');
}

/** Throws SecretBoxRefusedError; its message holds nothing of the box but the id of the key. */
export function openBox({ box, keys, context }: BoxToOpen): string {
  const { keyId, iv, content } = take(box);
  const key = keys.get(keyId);
  if (key === undefined)
    throw new SecretBoxRefusedError('unknown-key', `the data key ${keyId}, under which a secret is kept, is not here`);
  try {
    const decipher = createDecipheriv(algorithm, key.key, iv, { authTagLength: tagBytes })
      .setAAD(protectedText(keyId, context))
      .setAuthTag(content.subarray(-tagBytes));
    return Buffer.concat([decipher.update(content.subarray(0, -tagBytes)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new SecretBoxRefusedError('broken', `a secret under the data key ${keyId} was changed or moved`, { cause });
  }
}

export function boxKeyIdOf(box: string): string {
  return take(box).keyId;
}

function take(box: string): { readonly keyId: string; readonly iv: Buffer; readonly content: Buffer } {
  const [, keyId, iv, content] = boxForm.exec(box) ?? [];
  if (keyId === undefined || iv === undefined || content === undefined)
    throw new SecretBoxRefusedError('malformed', 'what is kept as a secret is not of the form of one');
  return { keyId, iv: Buffer.from(iv, 'base64url'), content: Buffer.from(content, 'base64url') };
}

const protectedText = (keyId: string, context: string): Buffer => Buffer.from(`box1.${keyId}.${context}`);
