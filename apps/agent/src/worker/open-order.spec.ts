import {
  announceSealingKey,
  createIdentity,
  createSealingKey,
  createSigner,
  sealSecret,
  verifySealingKey,
} from '@longshore/pinning';
import { type RunStep, runStepSchema, defaultOutageContract } from '@longshore/protocol';
import { randomUUID } from 'node:crypto';
import { anInstalledHome } from '../testing/a-home';
import { openOrder } from './open-order';

const identity = createIdentity({ kind: 'agent', id: 'quay-7' });

async function aKey() {
  const key = await createSealingKey();
  const announced = await announceSealingKey(key, createSigner(identity.privateKeyPem));
  return { key, to: await verifySealingKey(announced, identity.fingerprint) };
}

function aStep(changes: Partial<RunStep> = {}): RunStep {
  return runStepSchema.parse({
    attemptId: randomUUID(),
    attemptNumber: 1,
    itemId: randomUUID(),
    idempotencyKey: 'key',
    startEpoch: 1,
    run: { runId: randomUUID(), processName: 'p', stepName: 's' },
    plugIn: { id: 'longshore.shell', version: '1.0.0', sha256: '' },
    stepType: 'shell',
    inputs: { script: 'true' },
    sealedInputs: {},
    environment: {},
    workingDirectory: null,
    timeoutMs: null,
    killGraceMs: 1,
    retryClass: 'never',
    outage: defaultOutageContract,
    logStreams: [],
    ...changes,
  });
}

describe('an order', () => {
  it('is opened with the current sealing key and with one that is kept, and told where to ask', async () => {
    using installed = await anInstalledHome({ gateways: ['https://127.0.0.1:7919', 'https://127.0.0.1:7920'] });
    const [current, older] = [await aKey(), await aKey()];
    const step = aStep();
    const context = step.attemptId;
    const sealed = {
      ...step,
      sealedInputs: {
        NEW: await sealSecret({ secret: 'new', to: current.to, context }),
        OLD: await sealSecret({ secret: 'old', to: older.to, context }),
      },
      stepToken: await sealSecret({ secret: 'lss_token', to: current.to, context }),
    };
    const order = await openOrder(sealed, installed.home, [current.key, older.key]);
    expect(order).toEqual({
      step: sealed,
      secureInputs: { NEW: 'new', OLD: 'old' },
      access: {
        token: 'lss_token',
        url: 'https://127.0.0.1:7919/agent/v1/step',
        serverFingerprint: installed.configuration.current.server.current,
      },
      agentHome: installed.home.root,
    });
  });

  it('without a token has no way back', async () => {
    using installed = await anInstalledHome();
    expect(await openOrder(aStep(), installed.home, [])).toMatchObject({ secureInputs: {}, access: null });
  });

  it.each(['sealedInputs', 'stepToken'] as const)(
    'is refused when its %s was sealed for another attempt',
    async (where) => {
      using installed = await anInstalledHome();
      const { key, to } = await aKey();
      const jwe = await sealSecret({ secret: 'x', to, context: randomUUID() });
      const step = aStep({ [where]: where === 'stepToken' ? jwe : { A: jwe } });
      await expect(openOrder(step, installed.home, [key])).rejects.toThrow('sealed for another attempt');
    },
  );
});
