/** A titled group of facts: name on the left, value on the right. */
import { Card, DataList, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export interface FactCardProps {
  readonly title: string;
  readonly facts: readonly (readonly [name: string, value: ReactNode])[];
  readonly children?: ReactNode;
}

export function FactCard({ title, facts, children }: FactCardProps) {
  return (
    <Card component="section" aria-label={title}>
      <Title order={2} size="h5" mb="sm">
        {title}
      </Title>
      {facts.length > 0 && (
        <DataList labelWidth="clamp(110px, 28vw, 130px)" gap={8}>
          {facts.map(([name, value]) => (
            <DataList.Item key={name}>
              <DataList.ItemLabel>{name}</DataList.ItemLabel>
              <DataList.ItemValue miw={0} style={{ overflowWrap: 'anywhere' }}>
                {value}
              </DataList.ItemValue>
            </DataList.Item>
          ))}
        </DataList>
      )}
      {children}
    </Card>
  );
}
