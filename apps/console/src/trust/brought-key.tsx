/** The next key where it is kept offline: its file and its passphrase, brought for one rotation. */
import { FileInput, PasswordInput, Stack, Text } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { keyDocumentSchema, type KeyDocument } from '@longshore/rest-contract';

export interface BroughtKey {
  readonly document: KeyDocument | null;
  readonly passphrase: string;
}

export const noBroughtKey: BroughtKey = { document: null, passphrase: '' };

export interface BroughtKeyFieldsProps {
  readonly brought: BroughtKey;
  readonly onChange: (brought: BroughtKey) => void;
}

export function BroughtKeyFields({ brought, onChange }: BroughtKeyFieldsProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const read = async (file: File | null): Promise<void> => {
    const document = file === null ? null : readKeyDocument(await file.text());
    setProblem(file !== null && document === null ? 'This is not a next key that a server exported.' : null);
    onChange({ ...brought, document });
  };
  return (
    <Stack gap="sm">
      <Text size="sm">The server does not hold its next key: bring the file that it was exported to.</Text>
      <FileInput
        label="File of the next key"
        placeholder="longshore-next-key.json"
        leftSection={<IconFileUpload size={16} />}
        accept="application/json"
        clearable
        clearButtonProps={{ 'aria-label': 'Leave the file out' }}
        onChange={(file) => void read(file)}
        error={problem}
      />
      <PasswordInput
        label="Its passphrase"
        autoComplete="off"
        value={brought.passphrase}
        onChange={(event) => onChange({ ...brought, passphrase: event.currentTarget.value })}
      />
    </Stack>
  );
}

function readKeyDocument(text: string): KeyDocument | null {
  try {
    const document = keyDocumentSchema.safeParse(JSON.parse(text)).data;
    return document?.content === 'next-key' ? document : null;
  } catch {
    return null;
  }
}
