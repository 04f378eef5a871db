// What set-up shows a person: one line when a step begins to take long, one when it is done, with its time.

/** A step that reports nothing for this long says that it is still at work. */
const stillWorkingMs = 15_000;

export function seconds(startedAt) {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

/** Runs `work`, which throws when it fails, and prints `✓ name (time)` or `✗ name (time)`. */
export async function step(name, work) {
  const startedAt = performance.now();
  const stillWorking = setInterval(() => console.log(`… ${name} (${seconds(startedAt)})`), stillWorkingMs);
  try {
    const result = await work();
    console.log(`✓ ${name} (${seconds(startedAt)})`);
    return result;
  } catch (error) {
    console.log(`✗ ${name} (${seconds(startedAt)})`);
    throw error;
  } finally {
    clearInterval(stillWorking);
  }
}

/** A problem that a person can solve: shown as its message, without a stack. */
export class SetupError extends Error {}

export function endWith(error) {
  console.error(error instanceof SetupError ? `\n${error.message}` : error);
  process.exit(1);
}
