import { request } from 'undici';
import { createIdentity, decidePin } from '@longshore/pinning';
import { createPinnedDispatcher } from './pinned-dispatcher';
import { startRecordingServer } from './testing/recording-server';
import { PinMismatchError, PlaintextRefusedError } from './tls-errors';

const server = createIdentity({ kind: 'server', id: 's1' });
const agent = createIdentity({ kind: 'agent', id: 'a1' });
const stranger = createIdentity({ kind: 'server', id: 's1' });

describe('the pinned dispatcher', () => {
  it('reaches the pinned peer and keeps its connection', async () => {
    await using peer = await startRecordingServer(server);
    const dispatcher = createPinnedDispatcher({ isPinned: [server.fingerprint], identity: agent, connections: 1 });
    for (let n = 0; n < 3; n++) {
      const { body } = await request(`https://127.0.0.1:${peer.port}/`, { dispatcher });
      expect(await body.text()).toBe('hello');
    }
    expect(peer.clients).toEqual([agent.fingerprint]);
    await dispatcher.destroy();
  });

  it('sends nothing to another key', async () => {
    await using peer = await startRecordingServer(stranger);
    const dispatcher = createPinnedDispatcher({ isPinned: [server.fingerprint], identity: agent });
    const headers = { authorization: 'Bearer secret' };
    const refused = request(`https://127.0.0.1:${peer.port}/`, { dispatcher, method: 'POST', headers, body: 'secret' });
    await expect(refused).rejects.toBeInstanceOf(PinMismatchError);
    await peer.gone(1);
    expect(peer.bytes()).toBe(0);
    await dispatcher.destroy();
  });

  it('sends nothing more on a kept connection once its key is forgotten', async () => {
    await using peer = await startRecordingServer(server);
    const pins = [server.fingerprint];
    const dispatcher = createPinnedDispatcher({ isPinned: (key) => pins.includes(key), connections: 1 });
    await (await request(`https://127.0.0.1:${peer.port}/`, { dispatcher })).body.dump();
    const before = peer.bytes();
    pins.pop();
    const refused = request(`https://127.0.0.1:${peer.port}/`, { dispatcher });
    await expect(refused).rejects.toBeInstanceOf(PinMismatchError);
    await peer.gone(2);
    expect(peer.bytes()).toBe(before);
    await dispatcher.destroy();
  });

  it('goes on with a new connection when the pin moved with the key', async () => {
    await using peer = await startRecordingServer(server);
    const pins = [stranger.fingerprint];
    const verdict = (presented: typeof server.fingerprint) => decidePin({ pins, presented, firstContact: false });
    const dispatcher = createPinnedDispatcher({ isPinned: verdict, connections: 1 });
    await expect(request(`https://127.0.0.1:${peer.port}/`, { dispatcher })).rejects.toMatchObject({
      expected: [stranger.fingerprint],
      presented: server.fingerprint,
    });
    pins[0] = server.fingerprint;
    const { body } = await request(`https://127.0.0.1:${peer.port}/`, { dispatcher });
    expect(await body.text()).toBe('hello');
    await dispatcher.destroy();
  });

  it('refuses a plain address', async () => {
    const dispatcher = createPinnedDispatcher({ isPinned: [server.fingerprint] });
    await expect(request('http://127.0.0.1:9/', { dispatcher })).rejects.toBeInstanceOf(PlaintextRefusedError);
    await dispatcher.destroy();
  });
});
