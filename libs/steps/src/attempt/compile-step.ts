/** From order to program: validated inputs, the files the step needs, its environment. Nothing runs yet. */
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { InputInvalidError } from '@longshore/protocol';
import { attemptFolder, type AttemptFolder } from '../attempt-folder/attempt-folder';
import { findStepType } from '../plug-in/step-type-registry';
import type { StepTypeManifest } from '../plug-in/step-type';
import { stepEnvironment } from '../plug-in/step-environment';
import { validateInputs } from '../plug-in/validate-inputs';
import type { StepProgram } from '../step-host/host-message';
import type { AttemptOrder } from './attempt-order';

/** Throws what names the field at fault, before anything was started. */
export async function compileStep(order: AttemptOrder, folderPath: string): Promise<StepProgram> {
  const { step, agentHome } = order;
  const folder = attemptFolder(folderPath);
  const { plugIn, stepType } = step;
  const found = findStepType({ plugInId: plugIn.id, version: plugIn.version, stepType });
  const secure = splitSecrets(found.manifest, order.secureInputs);
  const inputs = validateInputs(found.manifest, { ...step.inputs, ...secure.inputs });
  const command = found.compile(inputs, folder.script);
  const environment = stepEnvironment({
    step,
    agentHome,
    inputsPath: folder.inputs,
    outputsPath: folder.outputs,
    added: command.environment,
    secrets: secure.environment,
    access: order.access === null ? null : { ...order.access, tokenPath: folder.token },
  });
  const workingDirectory = await chooseWorkingDirectory(command.workingDirectory ?? step.workingDirectory, folder);
  await writeFile(folder.script, command.script, { mode: 0o700 });
  await chmod(folder.script, 0o700);
  await writeFile(folder.inputs, JSON.stringify(inputs), { mode: 0o600 });
  await writeFile(folder.outputs, '', { mode: 0o600 });
  if (order.access !== null) await writeFile(folder.token, order.access.token, { mode: 0o600 });
  const { timeoutMs, killGraceMs } = step;
  const { reap } = found.manifest;
  return { command: command.command, args: command.args, workingDirectory, environment, timeoutMs, killGraceMs, reap };
}

/** What the step type does not declare is a variable of the step where the step type has it so, and refused elsewhere. */
function splitSecrets(manifest: StepTypeManifest, secureInputs: AttemptOrder['secureInputs']) {
  const declared = new Set(manifest.inputs.map(({ name }) => name));
  const isInput = ([name]: readonly [string, string]) => declared.has(name) || manifest.secureEnvironment !== true;
  const entries = Object.entries(secureInputs);
  return {
    inputs: Object.fromEntries(entries.filter(isInput)),
    environment: Object.fromEntries(entries.filter((entry) => !isInput(entry))),
  };
}

/** Left out: a folder of the attempt's own, so that steps side by side do not meet. */
async function chooseWorkingDirectory(wanted: string | null, folder: AttemptFolder): Promise<string> {
  if (wanted === null) {
    await mkdir(folder.work, { recursive: true, mode: 0o700 });
    return folder.work;
  }
  const found = await stat(wanted).catch(() => undefined);
  if (found?.isDirectory()) return wanted;
  throw new InputInvalidError('workingDirectory', `${wanted} is no directory on this machine`);
}
