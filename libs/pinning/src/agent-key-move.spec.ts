import { agentIdSchema, serverIdSchema } from '@longshore/protocol';
import { createAgentKeyMove, verifyAgentKeyMove } from './agent-key-move';
import { createSigner } from './compact-signature';
import { createIdentity, renewCertificate } from './identity';

const agentId = agentIdSchema.parse('quay');
const serverId = serverIdSchema.parse('0b0e7f0e-9d3e-4d43-8f0f-0c9a2b6d1f11');
const anAgent = () => createIdentity({ kind: 'agent', id: agentId });
const [pinned, next, thief] = [anAgent(), anAgent(), anAgent()];
const signerOf = ({ privateKeyPem }: typeof pinned) => createSigner(privateKeyPem);

const aMove = (from = pinned, to = next, certificatePem = to.certificatePem) =>
  createAgentKeyMove({ agentId, serverId, certificatePem, from: signerOf(from), to: signerOf(to) });
const verify = (jws: string, expected: Partial<Parameters<typeof verifyAgentKeyMove>[1]> = {}) =>
  verifyAgentKeyMove(jws, { agentId, serverId, pinned: pinned.fingerprint, ...expected });

describe('a move of an agent’s key', () => {
  it('names the key that both keys agree on', async () => {
    expect(await verify(await aMove())).toEqual({
      fingerprint: next.fingerprint,
      certificatePem: next.certificatePem,
    });
  });

  it('is also how the same key gets a new certificate', async () => {
    const renewed = renewCertificate({ kind: 'agent', id: agentId, privateKeyPem: pinned.privateKeyPem });
    const { fingerprint, certificatePem } = await verify(await aMove(pinned, renewed));
    expect([fingerprint, certificatePem]).toEqual([pinned.fingerprint, renewed.certificatePem]);
  });

  it('is worth nothing a second time, once the pin has moved', async () => {
    await expect(verify(await aMove(), { pinned: next.fingerprint })).rejects.toThrow();
  });

  it.each([
    ['by a key that is not pinned', () => aMove(thief, next)],
    ['to a key whose holder did not agree', () => aMove(pinned, thief, next.certificatePem)],
    ['that is no statement', async () => 'nothing'],
    ['of which a part is from another one', spliced],
  ])('is refused %s', async (_case, move) => {
    await expect(verify(await move())).rejects.toMatchObject({ code: expect.stringMatching(/^SIGNATURE/) });
  });

  it('is refused for another agent and for another server', async () => {
    const move = await aMove();
    await expect(verify(move, { agentId: agentIdSchema.parse('pier') })).rejects.toThrow('another agent');
    const elsewhere = serverIdSchema.parse('2c5a8b1e-1f6d-4a51-9a55-5a7c83b8b522');
    await expect(verify(move, { serverId: elsewhere })).rejects.toThrow('another server');
  });

  async function spliced(): Promise<string> {
    const [header, , signature] = (await aMove()).split('.');
    const [, payload] = (await aMove(pinned, thief)).split('.');
    return [header, payload, signature].join('.');
  }
});
