import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '@longshore/protocol';
import { anOrder } from '../testing/an-order';
import { parseProperties } from './properties';
import { shellStepType } from './shell-step-type';
import { inheritedEnvironment, stepEnvironment } from './step-environment';
import { readStepOutputs } from './step-outputs';
import { findStepType, stepTypes, StepTypeUnknownError } from './step-type-registry';
import { validateInputs } from './validate-inputs';

describe('the registry', () => {
  it('finds what is built in, by id, version and name', () => {
    const name = { plugInId: 'longshore.shell', version: '1.0.0', stepType: 'shell' };
    expect(findStepType(name)).toBe(shellStepType);
    expect(stepTypes).toHaveLength(1);
    for (const wrong of [{ plugInId: 'x' }, { version: '2.0.0' }, { stepType: 'x' }]) {
      expect(() => findStepType({ ...name, ...wrong })).toThrow(StepTypeUnknownError);
    }
  });
});

describe('inputs', () => {
  const validate = (inputs: Record<string, string | number | boolean>) =>
    validateInputs(shellStepType.manifest, inputs);

  it('get their defaults', () => {
    expect(validate({ script: 'true', workingDirectory: '' })).toEqual({ script: 'true', interpreter: 'sh' });
  });

  it.each([
    [{}, 'inputs.script: is required'],
    [{ script: '' }, 'inputs.script: is required'],
    [{ script: 5 }, 'inputs.script: must be a string, not a number'],
    [{ script: 'x', shell: 'sh' }, 'inputs.shell: step type shell has no such input'],
  ])('%j is refused by name', (inputs, problem) => {
    expect(() => validate(inputs)).toThrow(problem);
  });

  it.each([
    [{ workingDirectory: 'here' }, 'inputs.workingDirectory: must be an absolute path'],
    [{ environment: 'A=1\nB' }, 'inputs.environment: line 2 is not KEY=VALUE'],
    [{ interpreter: ' ' }, 'inputs.interpreter: must name a program'],
  ])('%j is refused by name before anything runs', (inputs, problem) => {
    expect(() => shellStepType.compile(validate({ script: 'x', ...inputs }), '/script')).toThrow(problem);
  });

  it('never put the script into an argument', () => {
    const command = shellStepType.compile(validate({ script: 'secret', interpreter: 'bash' }), '/a/script');
    expect(command).toMatchObject({ command: 'bash', args: ['/a/script'], script: 'secret' });
  });
});

describe('the environment of a step', () => {
  it('takes nothing over from the agent but what every program expects', () => {
    const agents = { PATH: '/bin', HOME: '/h', NODE_OPTIONS: '-r x', LD_PRELOAD: 'x', LONGSHORE_KEY: 'secret' };
    expect(inheritedEnvironment(agents)).toEqual({ PATH: '/bin', HOME: '/h' });
  });

  it('refuses variables that are ours', () => {
    const { step } = anOrder('true', { environment: { LONGSHORE_ATTEMPT: 'other' } });
    const around = { step, agentHome: '/h', inputsPath: '/i', outputsPath: '/o', added: {}, secrets: {}, access: null };
    expect(() => stepEnvironment(around)).toThrow('environment.LONGSHORE_ATTEMPT: names that begin with LONGSHORE_');
  });
});

describe('outputs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-outputs-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (content: string) => {
    writeFileSync(join(folder, 'outputs'), content);
    return readStepOutputs(join(folder, 'outputs'));
  };

  it('are lines of KEY=VALUE, and a bad line harms no other', async () => {
    expect(await read('# note\nversion=1.2=3\n\nno value\n=x\nempty=\n')).toEqual({
      outputs: { version: '1.2=3', empty: '' },
      problems: ['outputs: line 4 is not KEY=VALUE', 'outputs: line 5 has no valid key before its ='],
    });
  });

  it('are a JSON object', async () => {
    expect(await read('{"a":"x","b":2,"c":true,"d":{}}')).toEqual({
      outputs: { a: 'x', b: '2', c: 'true' },
      problems: ['outputs: d is neither a text nor a number nor true or false'],
    });
    expect((await read('{"a":')).problems).toEqual(['outputs: the file begins with { but is not JSON']);
  });

  it('are dropped, and said so, when they are too large', async () => {
    const { outputs, problems } = await read(`a=${'x'.repeat(limits.outputsBytes)}`);
    expect([outputs, problems]).toEqual([{}, ['outputs are larger than 256 KiB and were dropped']]);
    expect((await read(`a=${'"'.repeat(limits.outputsBytes - 10)}`)).outputs).toEqual({});
  });

  it('are none where the file is gone', async () => {
    expect(await readStepOutputs(join(folder, 'none'))).toEqual({ outputs: {}, problems: [] });
  });
});

it('properties keep everything after the first =', () => {
  expect(parseProperties('A==b \r\nC=').properties).toEqual({ A: '=b ', C: '' });
});
