import { hashPassword, verifyPassword } from './password';
import { PasswordRecordInvalidError } from './trust-errors';

describe('a password record', () => {
  it('tells the right password from a wrong one, in any spelling of the same characters', async () => {
    const record = await hashPassword('caf\u00e9 latte');
    expect(record).not.toContain('latte');
    expect(await verifyPassword('caf\u00e9 latte', record)).toBe(true);
    expect(await verifyPassword('cafe\u0301 latte', record)).toBe(true);
    expect(await verifyPassword('cafe latte', record)).toBe(false);
    expect(await hashPassword('caf\u00e9 latte')).not.toBe(record);
  });

  it('keeps the parameters it was made with', async () => {
    // RFC 7914 shaped record of a cheaper past: N 1024, r 8, p 1.
    const record = `scrypt$10$8$1$${Buffer.alloc(16, 1).toString('base64url')}$${Buffer.alloc(32).toString('base64url')}`;
    expect(await verifyPassword('anything', record)).toBe(false);
  });

  it.each(['', 'plain', 'scrypt$30$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAA'])(
    'of an unknown form is a fault: %j',
    async (record) => {
      await expect(verifyPassword('x', record)).rejects.toBeInstanceOf(PasswordRecordInvalidError);
    },
  );
});
