import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoredSecretStore } from '@longshore/persistence';
import { boxKeyIdOf } from '@longshore/pinning';
import type { ProcessDefinition } from '@longshore/rest-contract';
import { useDatabases } from '@longshore/testing';
import { TestServer } from '../delivery/testing/a-server';
import { DataKeyFile } from './data-key-file';
import { FileDataKeys } from './file-data-keys';
import { aSealingAgent } from './testing/a-sealing-agent';

const aDatabase = useDatabases();
const canary = 'canary-at-rest';
const secretStep = { name: 'only', secureInputs: { SECRET_TOKEN: canary } };
let server: TestServer;

beforeEach(async () => {
  server = await TestServer.open(await aDatabase());
});
afterEach(() => server.close());

const fileOf = (folder: string): string => join(folder, 'secrets', 'data-keys.json');

interface KeyFile {
  readonly current: string;
  readonly keys: readonly { readonly id: string; readonly key: string }[];
}
const contentOf = (folder: string): KeyFile => JSON.parse(readFileSync(fileOf(folder), 'utf8')) as KeyFile;

/** Under which keys are the secrets of all processes and runs? */
async function keysInUse(): Promise<string[]> {
  const rows = await server.database.query<{ definition: ProcessDefinition }>(
    'SELECT definition FROM processes UNION ALL SELECT definition FROM runs',
  );
  const boxes = rows.flatMap(({ definition }) =>
    definition.steps.flatMap(({ secureInputs }) => Object.values(secureInputs)),
  );
  return [...new Set(boxes.map((box) => boxKeyIdOf(box ?? '')))];
}

describe('the file of data keys', () => {
  it('is made at the first start, for nobody else to read, and found again', async () => {
    const { currentId } = server.dataKeys;
    const path = fileOf(server.folder);
    expect([statSync(path).mode & 0o777, statSync(join(path, '..')).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(contentOf(server.folder).current).toBe(currentId);
    const again = await server.again();
    expect(again.dataKeys.currentId).toBe(currentId);
    await again.close();
  });

  it('is one for servers that start at the same time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'longshore-keys-'));
    const log = { info: () => undefined, warn: () => undefined };
    const open = (): Promise<FileDataKeys> =>
      FileDataKeys.open({
        file: new DataKeyFile(folder),
        database: server.database,
        store: new StoredSecretStore(),
        log,
      });
    const keys = await Promise.all([open(), open(), open()]);
    expect(new Set(keys.map(({ currentId }) => currentId)).size).toBe(1);
    expect(contentOf(folder).keys).toHaveLength(1);
    rmSync(folder, { recursive: true });
  });

  it('that is damaged stops the start and is not repeated', async () => {
    const { key } = contentOf(server.folder).keys[0] ?? { key: '' };
    writeFileSync(fileOf(server.folder), `{"version":1,"keys":[{"key":"${key}"`);
    const failed = await server.again().catch((error: unknown) => error);
    expect(String(failed)).toContain('data-keys.json: is not readable; restore it from a backup');
    expect(String((failed as Error).stack)).not.toContain(key);
  });
});

describe('rotating the data key', () => {
  it('encrypts processes and runs anew, with a run in flight, and drops the old key', async () => {
    const { agent, greet, nextOrder, open } = await aSealingAgent(server, 'a');
    await greet();
    const second = { ...secretStep, name: 'second', needs: ['only'] };
    const runId = await server.start([secretStep, second]);
    const first = await nextOrder();
    const before = server.dataKeys.currentId;
    const rotated = await server.dataKeys.rotate();
    expect(rotated).toEqual({ dataKeyId: server.dataKeys.currentId, secretsEncryptedAnew: 4 });
    expect(rotated.dataKeyId).not.toBe(before);
    expect(await keysInUse()).toEqual([rotated.dataKeyId]);
    expect(contentOf(server.folder).keys.map(({ id }) => id)).toEqual([rotated.dataKeyId]);
    await agent.carryOut(first);
    const order = await nextOrder();
    expect(await open(order, order.sealedInputs['SECRET_TOKEN'] ?? '')).toBe(canary);
    await agent.carryOut(order);
    await server.untilRun(runId, 'succeeded');
    expect(await server.dataKeys.rotate()).toMatchObject({ secretsEncryptedAnew: 4 });
  });

  it('is learnt by another server process, which then uses the new key', async () => {
    const { greet, nextOrder, open } = await aSealingAgent(server, 'a');
    await greet();
    const other = await server.again();
    try {
      const { dataKeyId } = await other.dataKeys.rotate();
      await server.start([secretStep]);
      expect(await keysInUse()).toEqual([dataKeyId]);
      const { dataKeyId: third } = await other.dataKeys.rotate();
      await server.startSaved();
      const order = await nextOrder();
      expect(await open(order, order.sealedInputs['SECRET_TOKEN'] ?? '')).toBe(canary);
      expect(await keysInUse()).toEqual([third]);
    } finally {
      await other.close();
    }
  });

  it('is finished at the next start when a crash cut it short', async () => {
    await server.agent('a');
    await server.start([secretStep]);
    // As a crash leaves it: the new key is there, and nothing is under it yet.
    await new DataKeyFile(server.folder).addCurrent();
    expect(contentOf(server.folder).keys).toHaveLength(2);
    const again = await server.again();
    try {
      await again.dataKeys.finishRotation();
      expect(await keysInUse()).toEqual([again.dataKeys.currentId]);
      expect(contentOf(server.folder).keys).toHaveLength(1);
    } finally {
      await again.close();
    }
  });

  it('loses no secret that is saved or started meanwhile', async () => {
    await server.agent('a');
    const other = await server.again();
    try {
      await server.save([secretStep]);
      let isRotating = true;
      const rotating = (async () => {
        for (let turn = 0; turn < 5; turn += 1) await other.dataKeys.rotate();
        isRotating = false;
      })();
      for (let turn = 0; isRotating || turn < 5; turn += 1) {
        await server.save([{ ...secretStep, timeoutSeconds: turn + 1, secureInputs: { SECRET_TOKEN: null } }]);
        await server.startSaved();
      }
      await rotating;
      const kept = new Set(contentOf(server.folder).keys.map(({ id }) => id));
      for (const id of await keysInUse()) expect(kept).toContain(id);
    } finally {
      await other.close();
    }
  });

  it('goes past what cannot be read any more', async () => {
    await server.agent('a');
    await server.save([secretStep]);
    const lost = server.dataKeys.currentId;
    const stranger = await TestServer.open(server.url);
    try {
      await stranger.save([{ name: 'only', secureInputs: { SECRET_TOKEN: canary, OTHER: 'x' } }]);
      const { secretsEncryptedAnew, dataKeyId } = await stranger.dataKeys.rotate();
      expect(secretsEncryptedAnew).toBe(2);
      expect((await keysInUse()).sort()).toEqual([lost, dataKeyId].sort());
    } finally {
      await stranger.close();
    }
  });
});

describe('saving', () => {
  const secureInputsOf = async (): Promise<Record<string, string | null> | undefined> => {
    const stored = await server.processes.findStored(server.database, 'p');
    return stored?.definition.steps[0]?.secureInputs;
  };

  it('keeps what is left null, makes no version of the same, and refuses to keep what is not there', async () => {
    await server.save([secretStep]);
    const first = await secureInputsOf();
    await server.save([{ name: 'only', secureInputs: { SECRET_TOKEN: null } }]);
    await server.save([secretStep]);
    expect(await secureInputsOf()).toEqual(first);
    expect((await server.processes.find('p'))?.version).toBe(1);
    await server.save([{ name: 'only', secureInputs: { SECRET_TOKEN: 'changed', MORE: 'x' } }]);
    expect((await server.processes.find('p'))?.version).toBe(2);
    await expect(server.save([{ name: 'renamed', secureInputs: { SECRET_TOKEN: null } }])).rejects.toThrow(
      'steps.0.secureInputs.SECRET_TOKEN: has no value to keep',
    );
  });

  it.each([
    ['binds a box to its place: moved to another input it does not open', null, 'was changed or moved'],
    ['of what is no box ends in an attempt that says so', 'not a box', 'is not of the form of one'],
  ])('%s', async (_, put, problem) => {
    await server.save([{ name: 'only', secureInputs: { A: canary, B: 'other' } }]);
    const { A, B } = (await secureInputsOf()) ?? {};
    const forged = [B, put ?? A];
    await server.database.query(`UPDATE processes SET definition = replace(definition::text, $1, $2)::jsonb`, forged);
    const { greet } = await aSealingAgent(server, 'a');
    await greet();
    const runId = await server.startSaved();
    await server.untilRun(runId, 'failed');
    const attempt = (await server.reads.find(runId))?.items[0]?.attempts[0];
    expect(attempt?.reason).toContain('the secure inputs cannot be handed over: B: ');
    expect(attempt?.reason).toContain(problem);
  });
});
