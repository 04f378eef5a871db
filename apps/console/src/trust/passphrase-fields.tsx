/** A passphrase, typed twice: nobody can ask the server for it later. */
import { PasswordInput, SimpleGrid } from '@mantine/core';

export interface PassphraseDraft {
  readonly typed: string;
  readonly again: string;
}

export const noPassphrase: PassphraseDraft = { typed: '', again: '' };
export const shortestPassphrase = 12;

export function isPassphraseReady({ typed, again }: PassphraseDraft): boolean {
  return typed.length >= shortestPassphrase && typed === again;
}

export interface PassphraseFieldsProps {
  readonly passphrase: PassphraseDraft;
  readonly onChange: (passphrase: PassphraseDraft) => void;
}

export function PassphraseFields({ passphrase, onChange }: PassphraseFieldsProps) {
  const { typed, again } = passphrase;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <PasswordInput
        label="Passphrase"
        autoComplete="new-password"
        value={typed}
        onChange={(event) => onChange({ typed: event.currentTarget.value, again })}
        error={typed !== '' && typed.length < shortestPassphrase && `At least ${shortestPassphrase} characters`}
      />
      <PasswordInput
        label="The same again"
        autoComplete="new-password"
        value={again}
        onChange={(event) => onChange({ typed, again: event.currentTarget.value })}
        error={again !== '' && again !== typed && !typed.startsWith(again) && 'Not the same'}
      />
    </SimpleGrid>
  );
}
