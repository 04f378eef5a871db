/** A button for what cannot be taken back: a dialog says first what happens, and its button names the deed again. */
import { Button, Group, Modal, Stack, type ButtonProps } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';
import { FailureNotice } from './failure-notice';

export interface AskedButtonProps<T> extends Pick<ButtonProps, 'leftSection' | 'disabled' | 'size'> {
  /** On the page: `Revoke`. */
  readonly label: string;
  /** Over the dialog: `Revoke the API key of build-7?`. */
  readonly title: string;
  /** On the dialog's button: `Revoke the key`. */
  readonly confirm: string;
  /** Over the reason when it failed: `The key was not revoked`. */
  readonly failure: string;
  readonly isDangerous?: boolean;
  /** False while the dialog's own fields are not right yet. */
  readonly isReady?: boolean;
  readonly act: () => Promise<T>;
  readonly onDone?: (answer: T) => unknown;
  /** Empties the dialog's fields, secrets above all. */
  readonly onClosed?: () => void;
  readonly children: ReactNode;
}

export function AskedButton<T>(props: AskedButtonProps<T>) {
  const { label, title, isDangerous = false, act, onDone, onClosed, leftSection, disabled, size } = props;
  const [isOpen, dialog] = useDisclosure(false, { onClose: () => onClosed?.() });
  // The answer goes on by hand: what a mutation returns stays in its cache, and it may be a secret.
  const deed = useMutation({
    mutationFn: async (): Promise<void> => {
      const answer = await act();
      dialog.close();
      await onDone?.(answer);
    },
    gcTime: 0,
  });
  const open = (): void => {
    deed.reset();
    dialog.open();
  };
  return (
    <>
      <Button
        variant={isDangerous ? 'light' : 'default'}
        {...(isDangerous ? { color: 'red' } : {})}
        size={size ?? 'sm'}
        leftSection={leftSection}
        disabled={disabled ?? false}
        style={{ flexShrink: 0 }}
        onClick={open}
      >
        {label}
      </Button>
      <Modal opened={isOpen} onClose={dialog.close} title={title} centered size="lg">
        <Question {...props} isBusy={deed.isPending} error={deed.error} onAct={deed.mutate} onKeep={dialog.close} />
      </Modal>
    </>
  );
}

type QuestionProps = Pick<AskedButtonProps<unknown>, 'children' | 'confirm' | 'failure' | 'isDangerous' | 'isReady'> & {
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onAct: () => void;
  readonly onKeep: () => void;
};

function Question({ children, confirm, failure, isDangerous, isReady = true, ...props }: QuestionProps) {
  const { isBusy, error, onAct, onKeep } = props;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isReady && !isBusy) onAct();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {children}
        {error !== null && <FailureNotice error={error} doing={failure} />}
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={onKeep} data-autofocus>
            Leave it as it is
          </Button>
          <Button
            type="submit"
            {...(isDangerous === true ? { color: 'red' } : {})}
            loading={isBusy}
            disabled={!isReady}
          >
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
