import { X509Certificate } from 'node:crypto';
import { fingerprintOfCertificate } from './fingerprint';
import { createIdentity, renewCertificate } from './identity';
import { parsePrivateKey } from './key-pair';
import { CertificateNameInvalidError } from './trust-errors';

describe('an identity', () => {
  const identity = createIdentity({
    kind: 'server',
    id: 'a1',
    dnsNames: ['localhost'],
    ipAddresses: ['127.0.0.1', '::1'],
  });
  const certificate = new X509Certificate(identity.certificatePem);

  it('is a certificate signed by its own key', () => {
    const { publicKey, privateKey } = parsePrivateKey(identity.privateKeyPem);
    expect(certificate.verify(publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(privateKey)).toBe(true);
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.ca).toBe(false);
  });

  it('names its holder, hosts and addresses', () => {
    expect(certificate.subjectAltName).toBe(
      'URI:longshore:server:a1, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
  });

  it('needs no clock', () => {
    expect(certificate.validFromDate).toEqual(new Date(0));
    expect(certificate.validToDate).toEqual(new Date('9999-12-31T23:59:59Z'));
  });

  it('is known by the fingerprint of its key, in PEM and DER', () => {
    expect(fingerprintOfCertificate(identity.certificatePem)).toBe(identity.fingerprint);
    expect(fingerprintOfCertificate(certificate.raw)).toBe(identity.fingerprint);
  });

  it('keeps its fingerprint in a renewed certificate', () => {
    const renewed = renewCertificate({ kind: 'server', id: 'a1', privateKeyPem: identity.privateKeyPem });
    expect(renewed.fingerprint).toBe(identity.fingerprint);
    expect(renewed.certificatePem).not.toBe(identity.certificatePem);
    expect(new X509Certificate(renewed.certificatePem).serialNumber).not.toBe(certificate.serialNumber);
  });

  it('differs from every other', () => {
    expect(createIdentity({ kind: 'server', id: 'a1' }).fingerprint).not.toBe(identity.fingerprint);
  });

  it.each([
    [{ id: 'a,b' }],
    [{ id: '' }],
    [{ id: 'a', dnsNames: ['two words'] }],
    [{ id: 'a', ipAddresses: ['300.0.0.1'] }],
  ])('refuses names that cannot stand in a certificate: %j', (names) => {
    expect(() => createIdentity({ kind: 'agent', ...names })).toThrow(CertificateNameInvalidError);
  });
});
