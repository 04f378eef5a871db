import { installAgainCommand, rePinCommand } from './host-commands';

const security = (sameKeyAllowed: boolean) => ({
  keyPinnedAt: null,
  forgotten: { fingerprint: 'sha256/x', expiresAt: '2026-01-01T00:00:00Z', sameKeyAllowed },
  apiKey: null,
  mutualAuthentication: null,
  identityRequest: null,
});

describe('commands for the host', () => {
  it('make a new key unless the forgotten one may come back', () => {
    const agent = { name: 'build-7', fingerprint: null };
    expect(rePinCommand({ ...agent, security: security(false) })).toBe(
      'longshore-agent re-pin --name build-7 --new-key',
    );
    expect(rePinCommand({ ...agent, security: security(true) })).toBe('longshore-agent re-pin --name build-7');
  });

  it("install again with the server's key", () => {
    const server = { gateways: ['https://a:7919', 'https://b:7919'], fingerprint: 'sha256/y' };
    expect(installAgainCommand({ name: 'build-7', type: 'jms' }, server)).toBe(
      'longshore-agent install --type jms --name build-7 --server https://a:7919 --server-fingerprint sha256/y',
    );
  });
});
