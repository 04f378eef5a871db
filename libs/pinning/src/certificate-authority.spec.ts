import { X509Certificate } from 'node:crypto';
import { createCertificateAuthority, issueClientCertificate } from './certificate-authority';
import { createKeyPair } from './key-pair';
import { CertificateNameInvalidError } from './trust-errors';

describe('the private agent authority', () => {
  const ca = createCertificateAuthority();
  const authority = new X509Certificate(ca.certificatePem);
  const { publicKey } = createKeyPair();
  const client = new X509Certificate(
    issueClientCertificate({ ca, publicKey, commonName: 'a.build-1.00112233aabbccdd' }),
  );

  it('is an authority', () => {
    expect(authority.ca).toBe(true);
    expect(authority.verify(authority.publicKey)).toBe(true);
  });

  it("signs the agent's own key under the broker user's name", () => {
    expect(client.subject).toBe('CN=a.build-1.00112233aabbccdd');
    expect(client.checkIssued(authority)).toBe(true);
    expect(client.verify(authority.publicKey)).toBe(true);
    expect(client.publicKey.equals(publicKey)).toBe(true);
    expect(client.ca).toBe(false);
    expect(client.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  });

  it('refuses a name that is no broker user', () => {
    expect(() => issueClientCertificate({ ca, publicKey, commonName: 'a.x\nCN=b' })).toThrow(
      CertificateNameInvalidError,
    );
  });
});
