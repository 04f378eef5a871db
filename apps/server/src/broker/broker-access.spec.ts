import { fingerprintOfCertificate, verifyBrokerStatement, createIdentity } from '@longshore/pinning';
import { enrolAnswerSchema } from '@longshore/protocol';
import type { Agent, ServerFacts } from '@longshore/rest-contract';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { useDatabases } from '@longshore/testing';
import { aServer, type AServer, parse } from '../testing/a-server';
import { anAgentKey, anEnrolment } from '../testing/an-enrolment';

const aDatabase = useDatabases();

describe('a server whose broker is away', () => {
  const broker = createIdentity({ kind: 'broker', id: 'node' });
  let server: AServer;
  beforeAll(async () => {
    server = await aServer(await aDatabase(), {
      BROKER_URL: 'amqps://server:s3cret@127.0.0.1:1/longshore',
      BROKER_MANAGEMENT_URL: 'http://server:s3cret@127.0.0.1:2',
      BROKER_FINGERPRINTS: broker.fingerprint,
      LONGSHORE_BROKER_ADDRESSES: 'broker.example:7918',
    });
  });
  afterAll(() => server.stop());

  it('starts, is ready, and says what is missing without a credential', async () => {
    const ready = await server.ask('operators', '/health/ready');
    expect([ready.status, parse<{ broker: string }>(ready.text).broker]).toEqual([200, 'unreachable']);
    const facts = parse<ServerFacts>((await server.asAdmin('/api/v1/server')).text);
    expect(facts.broker.state).toBe('unreachable');
    expect(facts.broker.detail).not.toContain('s3cret');
  });

  it('makes the authority of the agents, whose certificate that broker must trust', () => {
    const folder = join(server.settings.dataFolder, 'agent-ca');
    const { certificatePem } = parse<{ certificatePem: string }>(readFileSync(join(folder, 'authority.json'), 'utf8'));
    expect(readFileSync(join(folder, 'authority.pem'), 'utf8')).toBe(certificatePem);
    expect(statSync(join(folder, 'authority.json')).mode & 0o777).toBe(0o600);
  });

  it('still enrols a JMS agent, which learns from the server itself which broker to trust', async () => {
    const identity = anAgentKey();
    const created = await server.asAdmin('/api/v1/install-tokens', { method: 'POST', body: { type: 'jms' } });
    const { token } = parse<{ token: string }>(created.text);
    const body = await anEnrolment(identity, { name: 'queue-1', type: 'jms', token });
    const answer = enrolAnswerSchema.parse(
      JSON.parse((await server.ask('agents', '/agent/v1/enrol', { method: 'POST', body, identity })).text),
    );
    expect(answer.jms).toMatchObject({
      vhost: 'longshore',
      user: expect.stringMatching(/^a\.queue-1\./),
      queue: 'jms.agent.queue-1',
      exchange: 'jms.in',
    });
    const pin = fingerprintOfCertificate(
      readFileSync(join(server.settings.dataFolder, 'identity/current.pem'), 'utf8'),
    );
    expect(await verifyBrokerStatement(answer.jms?.brokers ?? '', pin)).toEqual({
      serverId: answer.serverId,
      brokers: [{ host: 'broker.example', port: 7918, fingerprints: [broker.fingerprint] }],
    });
    const agent = parse<Agent>((await server.asAdmin('/api/v1/agents/queue-1')).text);
    expect(agent).toMatchObject({ connection: 'offline', reason: expect.stringMatching(/^AMQP: the message broker/) });

    const ping = (authorization: string) =>
      server.ask('agents', '/agent/v1/ping', { identity, headers: { authorization } });
    expect((await ping(`Bearer ${answer.apiKey}`)).status).toBe(204);
    expect((await ping('')).status).toBe(401);
    expect((await ping(`Bearer ${answer.apiKey.slice(0, -1)}_`)).status).toBe(401);
  });
});
