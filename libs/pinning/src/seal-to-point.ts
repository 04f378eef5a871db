/**
 * How is a JWE made (RFC 7516, ECDH-ES+A256KW with A256GCM of RFC 7518) fast enough for every step of a large run?
 *
 * A server seals a token for each attempt that it offers, and a general library spends most of its time on turning keys
 * from one form into another. Only the making is here: what arrives is opened by the library, and a spec opens with it
 * what is made here, so neither half can drift from the standard (docs/protocol.md, Identity and pins).
 */
import { createCipheriv, createECDH, createHash, randomBytes } from 'node:crypto';

export interface PointToSealTo {
  /** Coordinates on P-256, base64url. */
  readonly x: string;
  readonly y: string;
}

const [alg, enc, curve] = ['ECDH-ES+A256KW', 'A256GCM', 'prime256v1'];
const coordinateBytes = 32;
/** Initial value of RFC 3394, which the one who unwraps checks. */
const wrapIv = Buffer.alloc(8, 0xa6);

/** Throws when the point is not one of the curve. */
export function sealToPoint(text: string, to: PointToSealTo, header: Readonly<Record<string, string>>): string {
  const ephemeral = createECDH(curve);
  const ours = ephemeral.generateKeys();
  const agreed = ephemeral.computeSecret(pointOf(to));
  const protectedHeader = encode(Buffer.from(JSON.stringify({ ...header, alg, enc, epk: jwkOf(ours) })));
  const contentKey = randomBytes(32);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv).setAAD(Buffer.from(protectedHeader, 'ascii'));
  const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const parts = [wrap(contentKey, wrappingKey(agreed)), iv, content, cipher.getAuthTag()];
  return [protectedHeader, ...parts.map(encode)].join('.');
}

const encode = (bytes: Buffer): string => bytes.toString('base64url');

function pointOf({ x, y }: PointToSealTo): Buffer {
  return Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
}

function jwkOf(point: Buffer): object {
  const [x, y] = [point.subarray(1, 1 + coordinateBytes), point.subarray(1 + coordinateBytes)];
  return { kty: 'EC', crv: 'P-256', x: encode(x), y: encode(y) };
}

/** Concat KDF (RFC 7518, 4.6.2): one round of SHA-256, no party information. */
function wrappingKey(agreed: Buffer): Buffer {
  const [round, algLength, nothing, bits] = [1, alg.length, 0, 256].map((number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(number);
    return bytes;
  }) as [Buffer, Buffer, Buffer, Buffer];
  const info = Buffer.concat([algLength, Buffer.from(alg), nothing, nothing, bits]);
  return createHash('sha256').update(round).update(agreed).update(info).digest();
}

function wrap(key: Buffer, wrapping: Buffer): Buffer {
  const cipher = createCipheriv('id-aes256-wrap', wrapping, wrapIv);
  return Buffer.concat([cipher.update(key), cipher.final()]);
}
