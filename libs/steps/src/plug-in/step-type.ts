/**
 * What is a step type? A part of a plug-in that declares its inputs and outputs and makes a program of them. The
 * manifest has the shape of a plug-in package's YAML manifest (docs/protocol.md, Messages), so that what the built-in
 * plug-ins say of themselves and what a package says read alike.
 */
import type { InputValue, RetryClass } from '@longshore/protocol';

export type InputType = 'text' | 'multi-line' | 'number' | 'boolean' | 'properties';

export interface InputDeclaration {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  readonly type: InputType;
  readonly required: boolean;
  readonly default?: InputValue;
  /** Sealed to the agent, masked in logs, never in an argument list. */
  readonly secure?: boolean;
}

export interface OutputDeclaration {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
}

export interface StepTypeManifest {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputs: readonly InputDeclaration[];
  /** Outputs that are always there; a step may set others as well. */
  readonly outputs: readonly OutputDeclaration[];
  /** Whether a new attempt may follow an attempt of which nobody knows how it ended. */
  readonly retryClass: RetryClass;
  /** Whether background children die when the step ends by itself. */
  readonly reap: boolean;
  /** Secure inputs that are not declared are environment variables of the step. */
  readonly secureEnvironment?: boolean;
}

export interface PlugInManifest {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly stepTypes: readonly StepTypeManifest[];
}

/** Inputs after validation: every declared input with a value, defaults filled in, nothing undeclared. */
export type StepInputs = Readonly<Record<string, InputValue>>;

/** The part of a program that only the step type knows; the rest is the same for all. */
export interface StepCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The file that `args` names; written 0700 into the attempt's folder, so that no input stands in an argument. */
  readonly script: string;
  readonly workingDirectory: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

export interface StepType {
  readonly plugIn: PlugInManifest;
  readonly manifest: StepTypeManifest;
  compile(inputs: StepInputs, scriptPath: string): StepCommand;
}
