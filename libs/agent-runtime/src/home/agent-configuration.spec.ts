import { statSync, writeFileSync } from 'node:fs';
import { aHome } from '../testing/a-place';
import { anOwner } from '../testing/a-command';
import { AgentHomeMissingError, readAgentConfiguration, writeAgentConfiguration } from './agent-configuration';

describe('conf/agent.json', () => {
  const home = aHome();
  afterAll(() => home.remove());
  const fingerprint = `sha256/${'A'.repeat(43)}=` as never;
  const configuration = {
    homeVersion: 1,
    id: anOwner.agentId,
    name: anOwner.agentId,
    type: 'web',
    serverId: anOwner.serverId,
    gateways: ['https://127.0.0.1:7919'],
    server: { current: fingerprint, next: null, chainHead: 'x' },
    jms: null,
    minTlsVersion: 'TLSv1.3',
    maxParallel: null,
  } as const;

  it('is read as it was written, and nobody else may read it', () => {
    writeAgentConfiguration(home.configuration, { ...configuration, gateways: [...configuration.gateways] });
    expect(readAgentConfiguration(home.configuration)).toEqual(configuration);
    expect(statSync(home.configuration).mode & 0o777).toBe(0o600);
  });

  it('of an older version is taken, with the floor and the login to the broker of that time', () => {
    const jms = { vhost: 'v', user: 'u', queue: 'q', exchange: 'e', brokers: 'b' };
    const { minTlsVersion: _, ...older } = { ...configuration, type: 'jms', jms };
    writeFileSync(home.configuration, JSON.stringify(older));
    expect(readAgentConfiguration(home.configuration)).toMatchObject({
      minTlsVersion: 'TLSv1.3',
      jms: { ...jms, clientCertificate: null },
    });
  });

  it('is refused by file and field', () => {
    writeFileSync(home.configuration, JSON.stringify({ ...configuration, gateways: ['http://127.0.0.1:7919'] }));
    expect(() => readAgentConfiguration(home.configuration)).toThrow(/agent\.json: gateways\.0: /);
    writeFileSync(home.configuration, '{');
    expect(() => readAgentConfiguration(home.configuration)).toThrow(/agent\.json: is not readable as JSON/);
  });

  it('says that no agent is installed where there is none', () => {
    expect(() => readAgentConfiguration(`${home.root}/nothing/agent.json`)).toThrow(AgentHomeMissingError);
  });
});
