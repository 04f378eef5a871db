/** A step's log while it grows: following its end, searched, coloured as in a terminal, and never as markup. */
import { Text } from '@mantine/core';
import { useDebouncedValue, useLocalStorage } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import type { LogStream } from '@longshore/protocol';
import type { Attempt } from '@longshore/rest-contract';
import { FailureNotice } from '../frame/failure-notice';
import { bytesText } from './bytes-text';
import { LogLineList } from './log-line-list';
import type { LogPicture } from './log-reading';
import { matchingLines } from './log-search';
import { LogToolbar } from './log-toolbar';
import { useLogReading } from './use-log-reading';
import classes from './log-view.module.css';

export interface LogViewProps {
  readonly attempt: Attempt;
  readonly stream: LogStream;
  readonly fileName: string;
}

export function LogView({ attempt, stream, fileName }: LogViewProps) {
  const picture = useLogReading({ attemptId: attempt.id, stream, length: attempt.logLengths[stream] ?? 0 });
  const [isFollowing, setFollowing] = useState(true);
  const [wraps, setWraps] = useLocalStorage({ key: 'longshore-log-wraps', defaultValue: true });
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search, 150);
  const [chosen, setChosen] = useState(0);
  const matches = useMemo(() => matchingLines(picture.lines, wanted), [picture, wanted]);
  const at = Math.min(chosen, Math.max(0, matches.length - 1));
  const choose = (next: number): void => {
    setFollowing(false);
    setChosen(matches.length === 0 ? 0 : (next + matches.length) % matches.length);
  };
  const type = (text: string): void => {
    setSearch(text);
    setChosen(0);
    if (text !== '') setFollowing(false);
  };
  return (
    <div className={classes.frame}>
      <LogToolbar
        attemptId={attempt.id}
        stream={stream}
        fileName={fileName}
        search={{ text: search, matches: matches.length, at, onType: type, onChoose: choose }}
        following={{ isOn: isFollowing, onChange: setFollowing }}
        wrapping={{ isOn: wraps, onChange: setWraps }}
      />
      <LeftOut picture={picture} />
      {picture.lines.count === 0 ? (
        <NoLine picture={picture} stream={stream} isEnded={attempt.state === 'ended'} />
      ) : (
        <LogLineList
          picture={picture}
          wraps={wraps}
          wanted={wanted}
          chosenLine={wanted === '' ? null : (matches[at] ?? null)}
          isFollowing={isFollowing}
          onLeaveEnd={() => setFollowing(false)}
          onReachEnd={() => setFollowing(true)}
        />
      )}
      {picture.error !== null && <FailureNotice error={picture.error} doing="The log could not be read further" />}
    </div>
  );
}

function LeftOut({ picture: { leftOutBytes, lines } }: { readonly picture: LogPicture }) {
  if (leftOutBytes === 0 && lines.dropped === 0) return null;
  return (
    <Text size="xs" className={classes.note}>
      {leftOutBytes > 0 ? `The first ${bytesText(leftOutBytes)} are` : `The first ${lines.dropped} lines are`} not shown
      here. The download has all of it.
    </Text>
  );
}

interface NoLineProps {
  readonly picture: LogPicture;
  readonly stream: LogStream;
  readonly isEnded: boolean;
}

function NoLine({ picture, stream, isEnded }: NoLineProps) {
  if (picture.state === 'failed') return null;
  return (
    <Text size="sm" className={classes.note}>
      {picture.state === 'complete'
        ? `Nothing was written to ${stream}.`
        : isEnded
          ? 'Reading…'
          : `Nothing on ${stream} yet.`}
    </Text>
  );
}
