/** A text to be copied whole: a command, a fingerprint. */
import { ActionIcon, Code, CopyButton, Group, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

export interface CopyLineProps {
  readonly text: string;
  /** Names the button: `Copy the command`. */
  readonly label: string;
  readonly block?: boolean;
}

export function CopyLine({ text, label, block = false }: CopyLineProps) {
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Code block={block} className="mono" flex={block ? 1 : undefined} style={{ whiteSpace: 'pre-wrap' }}>
        {text}
      </Code>
      <CopyButton value={text} timeout={2000}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : label}>
            <ActionIcon
              variant="subtle"
              color={copied ? 'teal' : 'gray'}
              onClick={copy}
              aria-label={copied ? 'Copied' : label}
            >
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  );
}
