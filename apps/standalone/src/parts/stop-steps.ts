/**
 * Ends the steps that outlive their agent, and the step host that carries them: nothing of the installation is left
 * running after Ctrl-C. What they had reached is on disk, and the next start reports it.
 */
import { spawn } from 'node:child_process';
import { programOf } from '../layout';

export function stopSteps(home: string): Promise<void> {
  return new Promise((resolve) => {
    const args = [programOf('agent'), 'stop', '--home', home, '--kill-steps'];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
}
