import type { LogDigest } from '@longshore/protocol';

/** What became of one stream of a log; a refusal of the server does not take the step's outcome with it. */
export type ShippedLog = { readonly digest: LogDigest } | { readonly problem: string };
