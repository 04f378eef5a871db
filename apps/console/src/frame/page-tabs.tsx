/** Parts of one page behind tabs. Which one is shown stands in the address, so that it can be linked. */
import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';

export interface PageTab {
  readonly name: string;
  readonly title: string;
  readonly content: ReactNode;
}

export interface PageTabsProps {
  readonly label: string;
  readonly tabs: readonly [PageTab, ...PageTab[]];
}

/** A part that is left is unmounted: what it had typed or shown is gone with it. */
export function PageTabs({ label, tabs }: PageTabsProps) {
  const [address, setAddress] = useSearchParams();
  const asked = address.get('show');
  const shown = tabs.find(({ name }) => name === asked) ?? tabs[0];
  return (
    <Tabs
      value={shown.name}
      onChange={(name) => setAddress(name === null || name === tabs[0].name ? {} : { show: name })}
      keepMounted={false}
    >
      <Tabs.List mb="md" aria-label={label}>
        {tabs.map(({ name, title }) => (
          <Tabs.Tab key={name} value={name}>
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ name, content }) => (
        <Tabs.Panel key={name} value={name}>
          {content}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
