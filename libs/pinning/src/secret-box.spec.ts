import { boxKeyIdOf, closeBox, createBoxKey, openBox } from './secret-box';
import { SecretBoxRefusedError } from './trust-errors';

const key = createBoxKey();
const other = createBoxKey();
const keys = new Map([key, other].map((each) => [each.id, each]));
const context = '["process","p"]';
const text = 'canary-ü-€';

describe('a secret box', () => {
  const box = closeBox({ text, key, context });

  it('opens under its key and context, and only there', () => {
    expect(openBox({ box, keys, context })).toBe(text);
    expect(boxKeyIdOf(box)).toBe(key.id);
    expect(() => openBox({ box, keys, context: '["process","q"]' })).toThrow('was changed or moved');
    expect(() => openBox({ box, keys: new Map([[other.id, other]]), context })).toThrow(`data key ${key.id}`);
  });

  it('is another one each time and shows nothing', () => {
    const again = closeBox({ text, key, context });
    expect(again).not.toBe(box);
    expect(box).toMatch(/^box1\.[0-9a-f]{16}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+$/);
    expect(Buffer.from(box.split('.')[3] ?? '', 'base64url').toString()).not.toContain('canary');
  });

  it('holds a text of any length', () => {
    for (const length of [0, 1, 65_536]) {
      const long = 'x'.repeat(length);
      expect(openBox({ box: closeBox({ text: long, key, context }), keys, context })).toBe(long);
    }
  });

  it('does not open with one flipped bit anywhere, nor under another key id', () => {
    const [form = '', keyId = '', ...parts] = box.split('.');
    for (const [place, part] of parts.entries()) {
      const bytes = Buffer.from(part, 'base64url');
      for (let index = 0; index < bytes.length; index += 1) {
        const changed = Buffer.from(bytes);
        changed[index] = (changed[index] ?? 0) ^ 1;
        const forged = [form, keyId, ...parts.with(place, changed.toString('base64url'))].join('.');
        expect(() => openBox({ box: forged, keys, context })).toThrow(SecretBoxRefusedError);
      }
    }
    const sameBytes = new Map([[other.id, { id: other.id, key: key.key }]]);
    expect(() => openBox({ box: box.replace(keyId, other.id), keys: sameBytes, context })).toThrow('changed or moved');
  });

  it.each(['', 'box1', 'box2.x.y.z', `${'x'.repeat(50)}`, 'box1.0011223344556677.AAAAAAAAAAAAAAAA.AAAA'])(
    'refuses %j without repeating it',
    (forged) => {
      expect(() => openBox({ box: forged, keys, context })).toThrow('not of the form of one');
    },
  );
});
