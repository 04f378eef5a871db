/**
 * What do the server's keys look like outside of its data folder? As a key document under an operator's passphrase:
 * all that a new machine needs, or only the next key, to be kept offline (docs/security.md, Keys).
 *
 * One document is sealed or opened at a time: deriving the key is work on purpose, and must not crowd out the server's.
 */
import { createSigner, openUnderPassphrase, sealUnderPassphrase } from '@longshore/pinning';
import { InputInvalidError, type ServerId } from '@longshore/protocol';
import type { KeyDocument } from '@longshore/rest-contract';
import { z } from 'zod';
import { type KeyRecord, keyRecordSchema, readKeyChain } from '../trust/key-record';
import type { SurroundingFiles } from './identity-surroundings';

const identityContentSchema = z.object({
  keys: keyRecordSchema,
  /** What belongs to the identity, by path inside the data folder. */
  files: z.record(z.string(), z.string()),
});
export interface IdentityContent {
  readonly keys: KeyRecord;
  readonly files: SurroundingFiles;
}
const nextKeyContentSchema = z.object({ nextKeyPem: z.string() });

type Content = KeyDocument['content'];
type Label = Pick<KeyDocument, 'content' | 'serverId' | 'fingerprint'>;

export class KeyDocuments {
  #turn: Promise<unknown> = Promise.resolve();

  async sealIdentity(content: IdentityContent, passphrase: string): Promise<KeyDocument> {
    const { serverId, currentKeyPem } = content.keys;
    const { fingerprint } = createSigner(currentKeyPem);
    return this.#seal({ content: 'server-identity', serverId, fingerprint }, content, passphrase);
  }

  async sealNextKey(serverId: ServerId, nextKeyPem: string, passphrase: string): Promise<KeyDocument> {
    const { fingerprint } = createSigner(nextKeyPem);
    return this.#seal({ content: 'next-key', serverId, fingerprint }, { nextKeyPem }, passphrase);
  }

  /** Keys and chain fit each other, and are those that the document names. */
  async openIdentity(document: KeyDocument, passphrase: string): Promise<IdentityContent> {
    const content = await this.#open({ document, passphrase, expected: 'server-identity' }, identityContentSchema);
    const { current } = (await readKeyChain(content.keys)).at(-1) ?? {};
    if (current !== document.fingerprint || content.keys.serverId !== document.serverId) throw labelWrong();
    return content;
  }

  async openNextKey(document: KeyDocument, passphrase: string): Promise<string> {
    const { nextKeyPem } = await this.#open({ document, passphrase, expected: 'next-key' }, nextKeyContentSchema);
    if (createSigner(nextKeyPem).fingerprint !== document.fingerprint) throw labelWrong();
    return nextKeyPem;
  }

  async #seal(label: Label, content: object, passphrase: string): Promise<KeyDocument> {
    const secret = JSON.stringify(content);
    const context = contextOf(label);
    const sealed = await this.#inTurn(() => sealUnderPassphrase({ secret, passphrase, context }));
    return { format: 'longshore-keys', version: 1, ...label, sealed };
  }

  async #open<Opened>(
    what: { readonly document: KeyDocument; readonly passphrase: string; readonly expected: Content },
    schema: z.ZodType<Opened>,
  ): Promise<Opened> {
    const { document, passphrase, expected } = what;
    if (document.content !== expected)
      throw new InputInvalidError('content', `must be ${expected}, and is ${document.content}`);
    const jwe = document.sealed;
    const text = await this.#inTurn(() => openUnderPassphrase({ jwe, passphrase, context: contextOf(document) }));
    const parsed = schema.safeParse(JSON.parse(text));
    if (!parsed.success) throw new InputInvalidError('sealed', 'holds keys of a form that is not known here');
    return parsed.data;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

const contextOf = ({ content, serverId, fingerprint }: Label): string =>
  `longshore-keys 1 ${content} ${serverId} ${fingerprint}`;

const labelWrong = (): InputInvalidError =>
  new InputInvalidError('fingerprint', 'is not that of the key in the document');
