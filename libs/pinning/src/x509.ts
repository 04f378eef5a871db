/**
 * How does a P-256 certificate come about when node-forge models RSA keys only?
 *
 * forge builds everything that is to be signed around a placeholder key; the real SubjectPublicKeyInfo and the
 * ecdsa-with-SHA256 identifier are grafted into its ASN.1, and node:crypto signs the DER. All dates are 1970 to 9999,
 * because no verdict of ours may depend on a clock (docs/protocol.md, Identity and pins).
 */
import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto';
import type forge from 'node-forge';
import { loadForge } from './load-forge';

const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const [subjectKeyIdentifierOid, authorityKeyIdentifierOid] = ['2.5.29.14', '2.5.29.35'];
const firstDay = new Date(0);
const lastDay = new Date('9999-12-31T23:59:59Z');

export type AlternativeName =
  | { readonly kind: 'uri'; readonly value: string }
  | { readonly kind: 'dns'; readonly value: string }
  | { readonly kind: 'ip'; readonly value: string };

export interface CertificateRequest {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly issuer: { readonly commonName: string; readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly usage: 'identity' | 'authority' | 'client';
  readonly alternativeNames: readonly AlternativeName[];
}

/** Answers the certificate as PEM. */
export function signCertificate(request: CertificateRequest): string {
  const { asn1, pem, pki } = loadForge();
  const [tbs] = sequenceParts(pki.certificateToAsn1(unsignedCertificate(request)));
  if (tbs === undefined) throw new TypeError('node-forge built a certificate without content');
  const parts = sequenceParts(tbs);
  parts[2] = signatureAlgorithm();
  parts[6] = asn1.fromDer(spkiOf(request.publicKey).toString('binary'));
  const signature = sign('sha256', toDer(tbs), request.issuer.privateKey);
  const signatureBits = asn1.create(
    asn1.Class.UNIVERSAL,
    asn1.Type.BITSTRING,
    false,
    `\0${signature.toString('binary')}`,
  );
  const certificate = sequence([tbs, signatureAlgorithm(), signatureBits]);
  return pem.encode({ type: 'CERTIFICATE', body: asn1.toDer(certificate).getBytes() }).replaceAll('\r\n', '\n');
}

function unsignedCertificate(request: CertificateRequest): forge.pki.Certificate {
  const { jsbn, pki } = loadForge();
  const certificate = pki.createCertificate();
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = firstDay;
  certificate.validity.notAfter = lastDay;
  certificate.setSubject([{ name: 'commonName', value: request.commonName }]);
  certificate.setIssuer([{ name: 'commonName', value: request.issuer.commonName }]);
  certificate.setExtensions(extensionsFor(request));
  certificate.publicKey = pki.rsa.setPublicKey(new jsbn.BigInteger('3233'), new jsbn.BigInteger('17'));
  certificate.siginfo.algorithmOid = ecdsaWithSha256;
  certificate.signatureOid = ecdsaWithSha256;
  return certificate;
}

function extensionsFor({ usage, publicKey, issuer, alternativeNames }: CertificateRequest): object[] {
  const { Class, Type } = loadForge().asn1;
  const authority = usage === 'authority';
  return [
    { name: 'basicConstraints', cA: authority, critical: true },
    authority
      ? { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true }
      : { name: 'keyUsage', critical: true, digitalSignature: true },
    ...(authority ? [] : [{ name: 'extKeyUsage', clientAuth: true, serverAuth: usage === 'identity' }]),
    {
      id: subjectKeyIdentifierOid,
      value: octets(Class.UNIVERSAL, Type.OCTETSTRING, keyIdentifier(publicKey)),
    },
    {
      id: authorityKeyIdentifierOid,
      value: sequence([octets(Class.CONTEXT_SPECIFIC, 0, keyIdentifier(issuer.publicKey))]),
    },
    ...(alternativeNames.length === 0 ? [] : [{ name: 'subjectAltName', altNames: alternativeNames.map(toForgeName) }]),
  ];
}

function toForgeName({ kind, value }: AlternativeName): object {
  switch (kind) {
    case 'dns':
      return { type: 2, value };
    case 'uri':
      return { type: 6, value };
    case 'ip':
      return { type: 7, ip: value };
  }
}

/** RFC 7093, method 1: names a key inside a chain, decides nothing. */
function keyIdentifier(publicKey: KeyObject): string {
  return createHash('sha256').update(spkiOf(publicKey)).digest().subarray(0, 20).toString('binary');
}

function spkiOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

function signatureAlgorithm(): forge.asn1.Asn1 {
  const { asn1 } = loadForge();
  return sequence([octets(asn1.Class.UNIVERSAL, asn1.Type.OID, asn1.oidToDer(ecdsaWithSha256).getBytes())]);
}

function sequence(parts: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  const { asn1 } = loadForge();
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, parts);
}

function octets(tagClass: forge.asn1.Class, tag: number, bytes: string): forge.asn1.Asn1 {
  const { asn1 } = loadForge();
  return asn1.create(tagClass, tag, false, bytes);
}

function toDer(value: forge.asn1.Asn1): Buffer {
  const { asn1 } = loadForge();
  return Buffer.from(asn1.toDer(value).getBytes(), 'binary');
}

function sequenceParts(value: forge.asn1.Asn1): forge.asn1.Asn1[] {
  if (typeof value.value === 'string') throw new TypeError('an ASN.1 sequence was expected');
  return value.value;
}
