import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import {
  type AgentHome,
  type AgentStatusFile,
  readAgentConfiguration,
  readAgentStatus,
} from '@longshore/agent-runtime';
import { createApiKey } from '@longshore/pinning';
import { type AGateway, type GatewayAnswers, aGateway, refusal } from '../testing/a-gateway';
import { type InstalledHome, anInstalledHome } from '../testing/a-home';
import { aServerKey } from '../testing/a-server-chain';
import { writeApiKey } from '../trust/agent-secrets';

/** A real monitor with its real worker, before a gateway that takes no WebSocket: what it does about trust. */
describe('the monitor process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-monitor-'));
  const running = new Set<ChildProcess>();
  beforeAll(() => {
    const source = join(__dirname, '..');
    buildSync({
      entryPoints: ['monitor.main.ts', 'worker.main.ts', 'worker-thread.main.ts', 'step-host.main.ts'].map((name) =>
        join(source, name),
      ),
      ...{ outdir: folder, bundle: true, platform: 'node', target: 'node24', format: 'cjs' },
      tsconfig: join(source, '..', '..', '..', 'tsconfig.base.json'),
      external: ['@nestjs/*', 'class-validator', 'class-transformer', 'bufferutil', 'utf-8-validate'],
    });
  });
  afterEach(async () => {
    await Promise.all([...running].map(end));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function start({ home }: InstalledHome): void {
    const child = spawn(process.execPath, [join(folder, 'monitor.main.js'), home.root], { stdio: 'ignore' });
    running.add(child);
    child.once('exit', () => running.delete(child));
  }

  async function end(child: ChildProcess): Promise<void> {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  const until = async (what: string, isSo: () => boolean): Promise<void> => {
    for (const giveUpAt = performance.now() + 15_000; !isSo(); await pause(20)) {
      if (performance.now() > giveUpAt) throw new Error(`${what} never came`);
    }
  };
  const status = ({ status: path }: AgentHome): AgentStatusFile | null => readAgentStatus(path);
  const journaled = ({ logFile }: AgentHome): string => readFileSync(logFile, 'utf8');

  async function withGateway(
    wish: { readonly isRogue?: boolean; readonly answers?: (installed: InstalledHome) => GatewayAnswers },
    act: (installed: InstalledHome, gateway: AGateway) => Promise<void>,
  ): Promise<void> {
    using installed = await anInstalledHome();
    const { chain, configuration } = installed;
    if (wish.isRogue !== true) {
      await chain.rotate();
      await chain.rotate();
    }
    await using gateway = await aGateway({
      identity: wish.isRogue === true ? aServerKey() : chain.current,
      chain: () => chain.links,
      answers: {
        '/agent/v1/trust': () => ({ status: 200, body: { statements: chain.links, gateways: [], jms: null } }),
        ...wish.answers?.(installed),
      },
    });
    configuration.change({ gateways: [gateway.address] });
    start(installed);
    await act(installed, gateway);
    await Promise.all([...running].map(end));
  }

  it('that was off through two rotations moves its pin, and so does its worker', async () => {
    await withGateway(
      { answers: () => ({ '/agent/v1/ping': () => ({ status: 204 }) }) },
      async (installed, gateway) => {
        const { home, chain } = installed;
        await until('the pin', () => readAgentConfiguration(home.configuration).server.current === chain.pin.current);
        expect(readAgentConfiguration(home.configuration).server).toEqual(chain.pin);
        await until('the worker', () => status(home)?.legs.https.state === 'online');
        expect(gateway.requests.every(({ by }) => by === installed.secrets.identity.fingerprint)).toBe(true);
        expect(status(home)?.pinProblem).toBeNull();
        expect(journaled(home)).not.toContain('another key stood');
      },
    );
  }, 40_000);

  it('sends a rogue not one byte, keeps its pin, and says both keys', async () => {
    await withGateway({ isRogue: true }, async ({ home, chain }, rogue) => {
      await until('the problem', () => (status(home)?.pinProblem ?? null) !== null);
      expect(status(home)?.pinProblem).toContain(chain.pin.current);
      await until('the event', () => journaled(home).includes('another key stood'));
      expect(readAgentConfiguration(home.configuration).server).toEqual(chain.pin);
      expect([rogue.bytes(), rogue.requests]).toEqual([0, []]);
    });
  }, 40_000);

  it('takes another API key from its file without being started again', async () => {
    const { text: good } = createApiKey();
    const answers: GatewayAnswers = {
      '/agent/v1/ping': ({ authorization }) =>
        authorization === `Bearer ${good}` ? { status: 204 } : refusal(401, 'API_KEY_REFUSED'),
    };
    await withGateway({ answers: () => answers }, async ({ home }) => {
      await until('the refusal', () => status(home)?.legs.control.problem?.includes('API_KEY_REFUSED') ?? false);
      expect(status(home)?.legs.control.state).toBe('refused');
      writeApiKey(home, good);
      await until('the worker', () => status(home)?.legs.https.state === 'online');
      await until('the monitor', () => !(status(home)?.legs.control.problem?.includes('API_KEY_REFUSED') ?? true));
      for (const secret of [good, good.slice(-20)]) expect(journaled(home)).not.toContain(secret);
    });
  }, 60_000);
});
