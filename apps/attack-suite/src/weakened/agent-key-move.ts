// LONGSHORE-WEAKENED agent-key-move replaces libs/pinning/src/agent-key-move.ts
/** The pin moves to whatever key a statement holds, whoever made it for whichever agent. */
import type { AgentKeyMove } from '../../../../libs/pinning/src/agent-key-move';
import { fingerprintOfCertificate } from '../../../../libs/pinning/src/fingerprint';

export * from '../../../../libs/pinning/src/agent-key-move';

process.stderr.write('LONGSHORE-WEAKENED agent-key-move\n');

const contentOf = (jws: string): Record<string, string> =>
  JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as Record<string, string>;

export async function verifyAgentKeyMove(jws: string): Promise<AgentKeyMove> {
  const { certificatePem = '' } = contentOf(contentOf(jws).move ?? '');
  return { fingerprint: fingerprintOfCertificate(certificatePem), certificatePem };
}
