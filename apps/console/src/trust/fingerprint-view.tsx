/** Keys as people see them: short and whole in lists, large for comparing with a screen, side by side when two clash. */
import { CopyButton, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { CopyLine } from '../frame/copy-line';
import { compareFingerprint, fingerprintGroups, shortFingerprint } from './fingerprint-parts';
import classes from './fingerprint-view.module.css';

/** The short form to recognise, the whole one to copy. */
export function FingerprintFact({ fingerprint, label }: { readonly fingerprint: string; readonly label: string }) {
  return (
    <Stack gap={2}>
      <Text className="mono" fw={600}>
        {shortFingerprint(fingerprint)}
      </Text>
      <CopyLine text={fingerprint} label={label} />
    </Stack>
  );
}

/** For lists: the short form, which copies the whole. */
export function FingerprintChip({ fingerprint, of }: { readonly fingerprint: string; readonly of: string }) {
  return (
    <CopyButton value={fingerprint} timeout={2000}>
      {({ copied, copy }) => (
        <UnstyledButton
          className={classes.chip}
          onClick={copy}
          title={fingerprint}
          aria-label={copied ? 'Copied' : `Copy the fingerprint of ${of}`}
        >
          <span className="mono">{shortFingerprint(fingerprint)}</span>
          {copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
        </UnstyledButton>
      )}
    </CopyButton>
  );
}

/** As large as a comparison by eye deserves. */
export function FingerprintLarge({ fingerprint }: { readonly fingerprint: string }) {
  return (
    <div className={classes.large} role="img" aria-label={fingerprint}>
      <span className={classes.algorithm}>sha256/</span>
      {fingerprintGroups(fingerprint).map((text, index) => (
        <span key={index}>{text}</span>
      ))}
    </div>
  );
}

export interface FingerprintClashProps {
  readonly expected: string | null;
  readonly presented: string | null;
}

export function FingerprintClash({ expected, presented }: FingerprintClashProps) {
  return (
    <Group gap="lg" align="start">
      <ClashSide name="Expected" fingerprint={expected} other={presented} />
      <ClashSide name="Presented" fingerprint={presented} other={expected} />
    </Group>
  );
}

interface ClashSideProps {
  readonly name: string;
  readonly fingerprint: string | null;
  readonly other: string | null;
}

function ClashSide({ name, fingerprint, other }: ClashSideProps) {
  const groups = fingerprint === null ? [] : compareFingerprint(fingerprint, other ?? fingerprint);
  return (
    <div className={classes.side}>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      {fingerprint === null ? (
        <Text size="sm">no key</Text>
      ) : (
        <span className={classes.groups} role="img" aria-label={fingerprint} title={fingerprint}>
          {groups.map(({ text, differs }, index) => (
            <span key={index} className={differs ? classes.differs : undefined}>
              {text}
            </span>
          ))}
        </span>
      )}
    </div>
  );
}
