/** A secret that is shown this once. Closing the dialog forgets it: nothing of it is kept in the page or a cache. */
import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { CopyLine } from './copy-line';

export interface SecretOnceProps {
  /** Null: there is nothing to show. */
  readonly secret: string | null;
  readonly title: string;
  /** Names the button: `Copy the API key`. */
  readonly copyLabel: string;
  readonly onClose: () => void;
  /** Where it has to go. */
  readonly children: ReactNode;
}

export function SecretOnce({ secret, title, copyLabel, onClose, children }: SecretOnceProps) {
  return (
    <Modal
      opened={secret !== null}
      onClose={onClose}
      title={title}
      centered
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack gap="sm">
        <Alert color="yellow" variant="light" py="xs" icon={<IconKey />}>
          It is a secret, and it is shown only now. The server keeps a hash of it.
        </Alert>
        {secret !== null && <CopyLine block text={secret} label={copyLabel} />}
        {children}
        <Group justify="flex-end">
          <Button onClick={onClose}>I have put it where it belongs</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
