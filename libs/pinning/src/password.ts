/**
 * How does the server remember a password that a person chose?
 *
 * As scrypt with its parameters in the record, so that stronger ones can come later without a migration. The pool
 * thread does the work: the event loop is never held (docs/security.md, Passwords).
 */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { PasswordRecordInvalidError } from './trust-errors';

/** 32 MiB and three passes: about a tenth of a second, and the memory is what an attacker's hardware lacks. */
const current = { logCost: 15, blockSize: 8, parallel: 3 };
const keyLength = 32;

type Parameters = typeof current;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, current);
  const { logCost, blockSize, parallel } = current;
  return ['scrypt', logCost, blockSize, parallel, salt.toString('base64url'), key.toString('base64url')].join('$');
}

export async function verifyPassword(password: string, record: string): Promise<boolean> {
  const { salt, key, ...parameters } = parseRecord(record);
  return timingSafeEqual(await derive(password, salt, parameters), key);
}

function parseRecord(record: string): Parameters & { salt: Buffer; key: Buffer } {
  const match = /^scrypt\$(1[0-9]|20)\$([1-9]|1[0-6])\$([1-9]|1[0-6])\$([\w-]{22})\$([\w-]{43})$/.exec(record);
  const [, logCost, blockSize, parallel, salt, key] = match ?? [];
  if (salt === undefined || key === undefined) throw new PasswordRecordInvalidError();
  return {
    logCost: Number(logCost),
    blockSize: Number(blockSize),
    parallel: Number(parallel),
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
}

/** NFKC first: the same password typed on another keyboard may arrive as other bytes. */
function derive(password: string, salt: Buffer, { logCost, blockSize, parallel }: Parameters): Promise<Buffer> {
  const cost = 2 ** logCost;
  const options: ScryptOptions = { cost, blockSize, parallelization: parallel, maxmem: 256 * cost * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, keyLength, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
