/** The server's keys as a row: each signed the one after it. */
import { Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import type { ServerKeys } from '@longshore/rest-contract';
import { FingerprintChip } from './fingerprint-view';
import { keysInOrder } from './key-chain';
import classes from './key-chain-drawing.module.css';

export function KeyChainDrawing({ keys }: { readonly keys: ServerKeys }) {
  return (
    <ol className={classes.row} aria-label="Chain of keys">
      {keysInOrder(keys).map(({ name, fingerprint, when }, index) => (
        <li key={fingerprint} className={classes.place}>
          {index > 0 && <IconArrowRight size={18} className={classes.arrow} aria-hidden />}
          <div className={`${classes.key} ${classes[when]}`} aria-current={when === 'now' ? 'step' : undefined}>
            <Text size="xs" fw={600} mb={4}>
              {name}
            </Text>
            <FingerprintChip fingerprint={fingerprint} of={name} />
          </div>
        </li>
      ))}
    </ol>
  );
}
