/** The built-in plug-in that runs a script: the step type behind most first processes. */
import { InputInvalidError } from '@longshore/protocol';
import { isAbsolute } from 'node:path';
import { parseProperties } from './properties';
import type { PlugInManifest, StepCommand, StepInputs, StepType, StepTypeManifest } from './step-type';

const manifest: StepTypeManifest = {
  name: 'shell',
  title: 'Shell script',
  description: 'Runs a script with an interpreter of the target machine; its exit code is the result.',
  inputs: [
    { name: 'script', label: 'Script', type: 'multi-line', required: true },
    {
      name: 'interpreter',
      label: 'Interpreter',
      description: 'sh, bash, pwsh, or any program that takes a script file as its argument',
      type: 'text',
      required: false,
      default: process.platform === 'win32' ? 'pwsh' : 'sh',
    },
    {
      name: 'workingDirectory',
      label: 'Working directory',
      description: 'An absolute path; a folder of its own if left out',
      type: 'text',
      required: false,
    },
    {
      name: 'environment',
      label: 'Environment',
      description: 'Lines of KEY=VALUE, added to the clean environment of the step',
      type: 'properties',
      required: false,
    },
  ],
  outputs: [],
  retryClass: 'never',
  reap: false,
  secureEnvironment: true,
};

export const shellPlugIn: PlugInManifest = {
  id: 'longshore.shell',
  version: '1.0.0',
  title: 'Shell',
  description: 'Runs scripts.',
  stepTypes: [manifest],
};

export const shellStepType: StepType = { plugIn: shellPlugIn, manifest, compile };

function compile(inputs: StepInputs, scriptPath: string): StepCommand {
  const interpreter = String(inputs['interpreter']);
  if (interpreter.trim() === '') throw new InputInvalidError('inputs.interpreter', 'must name a program');
  const workingDirectory = inputs['workingDirectory'];
  if (workingDirectory !== undefined && !isAbsolute(String(workingDirectory))) {
    throw new InputInvalidError('inputs.workingDirectory', 'must be an absolute path');
  }
  const environment = parseProperties(String(inputs['environment'] ?? ''));
  const bad = environment.problems[0];
  if (bad !== undefined) throw new InputInvalidError('inputs.environment', bad);
  return {
    ...command(interpreter, scriptPath),
    script: String(inputs['script']),
    workingDirectory: workingDirectory === undefined ? undefined : String(workingDirectory),
    environment: environment.properties,
  };
}

/** PowerShell runs a file only under the name of its own kind. */
function command(interpreter: string, scriptPath: string): Pick<StepCommand, 'command' | 'args'> {
  const isPowerShell = /(^|[\\/])(pwsh|powershell)(\.exe)?$/i.test(interpreter);
  if (!isPowerShell) return { command: interpreter, args: [scriptPath] };
  const load = 'Invoke-Expression (Get-Content -Raw -LiteralPath $args[0])';
  return { command: interpreter, args: ['-NoProfile', '-NonInteractive', '-Command', `& { ${load} }`, scriptPath] };
}
