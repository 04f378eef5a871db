import { CompactSign } from 'jose';
import { z } from 'zod';
import { serverIdSchema } from '@longshore/protocol';
import { signBrokerStatement, verifyBrokerStatement } from './broker-statement';
import { createSigner, type Signer } from './compact-signature';
import { createIdentity } from './identity';
import { signStatement, verifyStatement } from './signed-statement';

const aSigner = (): Signer => createSigner(createIdentity({ kind: 'server', id: 's1' }).privateKeyPem);
const serverId = serverIdSchema.parse('6f1b3c9e-2f53-4a0f-9d6e-0a4f2c1b7e11');

describe('the statement about brokers', () => {
  const signer = aSigner();
  const statement = {
    serverId,
    brokers: [{ host: 'mq.example', port: 7918, fingerprints: [aSigner().fingerprint] }],
  };

  it('is believed by the pin of the server alone', async () => {
    const jws = await signBrokerStatement(statement, signer);
    expect(await verifyBrokerStatement(jws, signer.fingerprint)).toEqual(statement);
    await expect(verifyBrokerStatement(jws, aSigner().fingerprint)).rejects.toMatchObject({ problem: 'foreign-key' });
  });

  it('is not believed when it brings a key that is not the pinned one', async () => {
    const thief = aSigner();
    const jws = await new CompactSign(Buffer.from(JSON.stringify(statement)))
      .setProtectedHeader({
        alg: 'ES256',
        kid: signer.fingerprint,
        typ: 'longshore-brokers+jws',
        jwk: { kty: 'EC', crv: 'P-256', ...thief.publicKey.export({ format: 'jwk' }) },
      })
      .sign(thief.privateKey);
    await expect(verifyBrokerStatement(jws, signer.fingerprint)).rejects.toMatchObject({ problem: 'foreign-key' });
  });

  it('is not believed without a key, for another purpose or of another form', async () => {
    const typ = 'longshore-brokers+jws';
    const keyless = await new CompactSign(Buffer.from('{}'))
      .setProtectedHeader({ alg: 'ES256', kid: signer.fingerprint, typ })
      .sign(signer.privateKey);
    await expect(verifyBrokerStatement(keyless, signer.fingerprint)).rejects.toMatchObject({ problem: 'malformed' });
    const elsewhere = await signStatement({ typ: 'longshore-chain+jws', statement, signer });
    await expect(verifyBrokerStatement(elsewhere, signer.fingerprint)).rejects.toMatchObject({ problem: 'wrong-type' });
    const misshapen = await signStatement({ typ, statement: { serverId }, signer });
    await expect(verifyBrokerStatement(misshapen, signer.fingerprint)).rejects.toMatchObject({ problem: 'malformed' });
  });

  it('lets unknown fields of a known version pass', async () => {
    const jws = await signStatement({ typ: 'longshore-brokers+jws', statement: { ...statement, later: 1 }, signer });
    const schema = z.object({ serverId: serverIdSchema });
    const question = { typ: 'longshore-brokers+jws', jws, signer: signer.fingerprint, schema } as const;
    expect(await verifyStatement(question)).toEqual({ serverId });
  });
});
