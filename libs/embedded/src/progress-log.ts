/** Where set-up and private services tell a person what they are doing: one plain line at a time, never a secret. */
export type ProgressLog = (line: string) => void;
