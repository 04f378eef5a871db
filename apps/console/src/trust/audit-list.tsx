/** What was done, by whom and to what, newest first. */
import { Card, Text } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { AuditEntry } from '@longshore/rest-contract';
import { Ago } from '../clock/ticking-age';
import { NothingHere } from '../frame/nothing-here';
import { auditQuery } from '../link/queries';
import { HistoryPages } from './history-pages';
import { otherDetailsOf } from './refused-keys';
import classes from './history.module.css';

export function AuditList() {
  const audit = useInfiniteQuery(auditQuery);
  return (
    <HistoryPages query={audit} what="the audit trail">
      {(pages) => {
        const entries = pages.flatMap((page) => page.entries);
        if (entries.length === 0) {
          return (
            <NothingHere icon={<IconListDetails />} title="Nothing was done yet">
              <span>Whatever operators and API tokens change is recorded here.</span>
            </NothingHere>
          );
        }
        return (
          <Card padding={0}>
            <ul className={classes.list} aria-label="Audit">
              {entries.map((entry) => (
                <li key={entry.id} className={classes.entry}>
                  <AuditLine entry={entry} />
                </li>
              ))}
            </ul>
          </Card>
        );
      }}
    </HistoryPages>
  );
}

function AuditLine({ entry }: { readonly entry: AuditEntry }) {
  const details = otherDetailsOf(entry);
  return (
    <>
      <Text size="sm" c="dimmed">
        <Ago at={entry.at} />
      </Text>
      <Text size="sm">{entry.actor}</Text>
      <Text size="sm">
        <Text span fw={600} size="sm">
          {entry.action}
        </Text>{' '}
        {entry.target}
      </Text>
      <Text size="xs" c="dimmed">
        {details.map(([name, value]) => `${name}: ${value}`).join(' · ')}
      </Text>
    </>
  );
}
