/** One item as a button: a sign, a word, and how long. Colour and sign repeat the word. */
import { UnstyledButton } from '@mantine/core';
import {
  IconCircle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  IconHelpCircle,
  IconHourglass,
  IconLoader2,
} from '@tabler/icons-react';
import type { Item } from '@longshore/rest-contract';
import { Lasting } from '../clock/ticking-age';
import { exitOf, lookOf, newestAttempt, wordOf, type ItemLook } from './item-progress';
import classes from './item-cell.module.css';

const signs: Readonly<Record<ItemLook, typeof IconCircle>> = {
  waiting: IconCircleDashed,
  queued: IconHourglass,
  running: IconLoader2,
  cancelling: IconLoader2,
  succeeded: IconCircleCheck,
  failed: IconCircleX,
  cancelled: IconCircleMinus,
  unknown: IconHelpCircle,
  skipped: IconCircle,
};

export interface ItemCellProps {
  readonly item: Item;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

export function ItemCell({ item, isChosen, onChoose }: ItemCellProps) {
  const look = lookOf(item);
  const attempt = newestAttempt(item);
  const exit = exitOf(attempt);
  const word = wordOf(item);
  return (
    <UnstyledButton
      className={classes.cell}
      data-look={look}
      aria-pressed={isChosen}
      aria-label={`${item.step} on ${item.agentId}: ${word} ${exit}`}
      title={attempt?.reason ?? `${item.step} on ${item.agentId}: ${word}`}
      onClick={onChoose}
    >
      <ItemSign look={look} size={16} />
      <span className={classes.word}>{exit === '' ? word : exit}</span>
      {attempt?.startedAt != null && (
        <span className={classes.time}>
          <Lasting from={attempt.startedAt} to={attempt.endedAt} measuredMs={attempt.ranMs} isRough />
        </span>
      )}
    </UnstyledButton>
  );
}

export function ItemSign({ look, size }: { readonly look: ItemLook; readonly size: number }) {
  const Sign = signs[look];
  const isTurning = look === 'running' || look === 'cancelling';
  return <Sign size={size} stroke={2} className={isTurning ? classes.turning : classes.sign} aria-hidden />;
}
