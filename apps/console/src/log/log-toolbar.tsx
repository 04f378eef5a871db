/** Search, follow, wrap and download of a log. */
import { ActionIcon, Button, Group, Text, TextInput, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconArrowBarToDown,
  IconChevronDown,
  IconChevronUp,
  IconDownload,
  IconSearch,
  IconTextWrap,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { AttemptId, LogStream } from '@longshore/protocol';
import { sentence } from '../frame/failure-notice';
import { downloadLog } from './download-log';
import { mostMatches } from './log-search';
import classes from './log-view.module.css';

interface Choice {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

interface Search {
  readonly text: string;
  readonly matches: number;
  readonly at: number;
  readonly onType: (text: string) => void;
  readonly onChoose: (at: number) => void;
}

export interface LogToolbarProps {
  readonly attemptId: AttemptId;
  readonly stream: LogStream;
  readonly fileName: string;
  readonly search: Search;
  readonly following: Choice;
  readonly wrapping: Choice;
}

export function LogToolbar({ search, following, wrapping, ...log }: LogToolbarProps) {
  const download = useMutation({
    mutationFn: () => downloadLog(log),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'The log was not downloaded', message: sentence(error) }),
  });
  return (
    <Group className={classes.toolbar} gap="xs" justify="space-between">
      <LogSearch {...search} />
      <Group gap={4}>
        <Button
          size="compact-sm"
          variant={following.isOn ? 'light' : 'subtle'}
          color={following.isOn ? 'harbour' : 'gray'}
          aria-pressed={following.isOn}
          leftSection={<IconArrowBarToDown size={15} />}
          onClick={() => following.onChange(!following.isOn)}
        >
          Follow
        </Button>
        <Button
          size="compact-sm"
          variant={wrapping.isOn ? 'light' : 'subtle'}
          color={wrapping.isOn ? 'harbour' : 'gray'}
          aria-pressed={wrapping.isOn}
          leftSection={<IconTextWrap size={15} />}
          onClick={() => wrapping.onChange(!wrapping.isOn)}
        >
          Wrap
        </Button>
        <Tooltip label="Download this log">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label="Download this log"
            loading={download.isPending}
            onClick={() => download.mutate()}
          >
            <IconDownload size={17} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </Group>
  );
}

function LogSearch({ text, matches, at, onType, onChoose }: Search) {
  return (
    <Group gap={4} wrap="nowrap">
      <TextInput
        size="xs"
        aria-label="Search in the log"
        placeholder="Search in the log"
        leftSection={<IconSearch size={14} />}
        value={text}
        onChange={(event) => onType(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onChoose(event.shiftKey ? at - 1 : at + 1);
          if (event.key === 'Escape') onType('');
        }}
        w={190}
      />
      {text !== '' && (
        <>
          <ActionIcon variant="subtle" color="gray" aria-label="Previous match" onClick={() => onChoose(at - 1)}>
            <IconChevronUp size={16} />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label="Next match" onClick={() => onChoose(at + 1)}>
            <IconChevronDown size={16} />
          </ActionIcon>
          <Text size="xs" c="dimmed" className="numbers" role="status">
            {matches === 0 ? 'no line' : `${at + 1} of ${matches}${matches === mostMatches ? '+' : ''}`}
          </Text>
        </>
      )}
    </Group>
  );
}
