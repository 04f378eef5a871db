/**
 * Certificates that no sane client shows, with the keys to show them: made by the openssl program, and bent byte by
 * byte. A client does not look at its own certificate, so it can be sent as it is.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface OddCertificate {
  readonly name: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const keys: Readonly<Record<string, readonly string[]>> = {
  'RSA of 512 bits': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:512'],
  'RSA of 1024 bits': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'],
  'RSA of 2048 bits': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  'P-224': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-224'],
  'P-521': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  secp256k1: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
  Ed25519: ['-algorithm', 'ED25519'],
  Ed448: ['-algorithm', 'ED448'],
};

const p256 = keys['P-521']?.map((option) => option.replace('P-521', 'P-256')) ?? [];
const manyNames = Array.from({ length: 100 }, (_, n) => `DNS:name-${n}.example`).join(',');
const contents: Readonly<Record<string, readonly string[]>> = {
  'signed with MD5': ['-md5'],
  'signed with SHA-1': ['-sha1'],
  'a hundred names': ['-addext', `subjectAltName=${manyNames}`],
  'an agent and a server at once': ['-addext', 'subjectAltName=URI:longshore:agent:a,URI:longshore:server:b'],
  'a name with a zero byte': ['-addext', 'subjectAltName=DER:30:06:82:04:61:00:62:63'],
  'a name of length zero': ['-addext', 'subjectAltName=DER:30:02:82:00'],
  'names that are no list': ['-addext', 'subjectAltName=DER:04:02:ff:ff'],
  'an authority': ['-addext', 'basicConstraints=critical,CA:TRUE'],
  'an unknown critical extension': ['-addext', '1.2.3.4=critical,DER:05:00'],
  'valid for one day, long ago': ['-not_before', '19700101000000Z', '-not_after', '19700102000000Z'],
  'valid until 9999': ['-days', '2900000'],
  'a subject of 64 KiB': ['-subj', `/O=${'x'.repeat(64)}${'/OU=y'.repeat(6_000)}`],
};

export function oddCertificates(mutations: number): readonly OddCertificate[] {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-odd-'));
  try {
    const weak = Object.entries(keys).flatMap(([name, how]) => make(folder, name, how, []));
    const odd = Object.entries(contents).flatMap(([name, how]) => make(folder, name, p256, how));
    const [plain] = make(folder, 'plain', p256, ['-addext', 'subjectAltName=URI:longshore:agent:a']);
    if (plain === undefined) throw new Error('openssl makes no certificate');
    const chain = { ...plain, name: 'a chain of 100', certificatePem: plain.certificatePem.repeat(100) };
    return [...weak, ...odd, chain, ...bent(plain, mutations)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** None where this openssl cannot make it. */
function make(folder: string, name: string, key: readonly string[], how: readonly string[]): OddCertificate[] {
  const [keyFile, file] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const quietly = { stdio: 'ignore', timeout: 20_000 } as const;
  try {
    execFileSync('openssl', ['genpkey', ...key, '-out', keyFile], quietly);
    const subject = how.includes('-subj') ? [] : ['-subj', '/CN=odd'];
    execFileSync('openssl', ['req', '-x509', '-new', '-key', keyFile, '-out', file, ...subject, ...how], quietly);
    return [{ name, certificatePem: readFileSync(file, 'utf8'), privateKeyPem: readFileSync(keyFile, 'utf8') }];
  } catch {
    return [];
  }
}

/** One byte another at a time, spread over the certificate; its signature fits no longer, which nobody checks first. */
function bent({ certificatePem, privateKeyPem }: OddCertificate, count: number): OddCertificate[] {
  const der = Buffer.from(certificatePem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  return Array.from({ length: count }, (_, n) => {
    const at = Math.floor((n * der.length) / count);
    const other = Buffer.from(der);
    other.writeUInt8(other.readUInt8(at) ^ (1 << (n % 8)), at);
    const lines = other.toString('base64').replace(/.{64}/g, '$&\n');
    const pem = `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
    return { name: `byte ${at} bent`, certificatePem: pem, privateKeyPem };
  });
}
