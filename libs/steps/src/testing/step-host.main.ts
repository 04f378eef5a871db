/** The host's entry point as an application has it, for tests that need a real host process. */
import { runStepHost } from '../step-host/run-step-host';
import { readStepHostConfig } from '../step-host/step-host-environment';

void readStepHostConfig(process.env).then(runStepHost);
