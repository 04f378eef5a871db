import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { agentIdSchema, fingerprintSchema } from '@longshore/protocol';
import { createLongshoreClient, type LongshoreClient } from './index';

interface Heard {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

const id = agentIdSchema.parse('a-1');
const fingerprint = fingerprintSchema.parse(`sha256/${'A'.repeat(43)}=`);
let server: Server;
let client: LongshoreClient;
let heard: Heard[];
let answer: unknown;

beforeEach(async () => {
  heard = [];
  server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString();
      heard.push({ method: request.method ?? '', url: request.url ?? '', body: text === '' ? null : JSON.parse(text) });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = createLongshoreClient({ fetch, server: `http://127.0.0.1:${port}`, token: 'lst_x' });
});

afterEach(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

describe('calls about trust', () => {
  it('approve the agent that was compared', async () => {
    answer = {};
    await client.approveAgent(id, { fingerprint }).catch(() => undefined);
    expect(heard).toEqual([{ method: 'POST', url: '/api/v1/agents/a-1/approve', body: { fingerprint } }]);
  });

  it('reject, and revoke the API key, whatever the answer holds', async () => {
    answer = {};
    await client.rejectAgent(id);
    await client.revokeApiKey(id);
    expect(heard).toEqual([
      { method: 'POST', url: '/api/v1/agents/a-1/reject', body: {} },
      { method: 'DELETE', url: '/api/v1/agents/a-1/api-key', body: null },
    ]);
  });

  it('give the API key that was issued', async () => {
    answer = { id: 'k1', apiKey: 'lsk_k1_secret' };
    await expect(client.issueApiKey(id)).resolves.toEqual({ id: 'k1', apiKey: 'lsk_k1_secret' });
    expect(heard[0]).toMatchObject({ method: 'POST', url: '/api/v1/agents/a-1/api-key' });
  });

  it('read history from a place on, of one agent', async () => {
    answer = { events: [] };
    await client.securityEvents({ agent: id, before: '12', limit: 5 });
    answer = { entries: [] };
    await client.audit();
    expect(heard.map(({ url }) => url)).toEqual([
      '/api/v1/security-events?agent=a-1&before=12&limit=5',
      '/api/v1/audit',
    ]);
  });

  it('change only what is named of the policy', async () => {
    answer = { enrolment: 'closed', mutualAuthenticationForAll: false, agentKeyMaxAgeDays: null };
    await expect(client.updateSecurityPolicy({ enrolment: 'closed' })).resolves.toEqual(answer);
    expect(heard[0]).toMatchObject({ method: 'PATCH', body: { enrolment: 'closed' } });
  });

  it('keep a passphrase out of the address', async () => {
    answer = {
      format: 'longshore-keys',
      version: 1,
      content: 'next-key',
      serverId: 's',
      fingerprint,
      sealed: 'x',
    };
    await client.exportServerKeys({ content: 'next-key', passphrase: 'a long passphrase', takeOffline: true });
    expect(heard[0]?.url).toBe('/api/v1/server/keys/export');
    expect(heard[0]?.body).toMatchObject({ passphrase: 'a long passphrase' });
  });
});
