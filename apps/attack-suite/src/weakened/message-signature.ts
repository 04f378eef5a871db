// LONGSHORE-WEAKENED message-signature replaces libs/pinning/src/message-signature.ts
/** A signed message is read and its signature is not looked at. */
import type { MessageToVerify } from '../../../../libs/pinning/src/message-signature';

export { signMessage } from '../../../../libs/pinning/src/message-signature';
export type { MessageToSign, MessageToVerify } from '../../../../libs/pinning/src/message-signature';

process.stderr.write('LONGSHORE-WEAKENED message-signature\n');

export const verifyMessage = async ({ jws }: MessageToVerify): Promise<string> =>
  Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString();
