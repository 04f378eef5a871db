/** The step host: a small detached process that outlives worker and monitor. Configured by its environment. */
import { readStepHostConfig, runStepHost } from '@longshore/steps';

readStepHostConfig(process.env)
  .then(runStepHost)
  .then(
    () => process.exit(0),
    (cause: unknown) => {
      process.stderr.write(`step host: ${String(cause)}\n`);
      process.exit(1);
    },
  );
