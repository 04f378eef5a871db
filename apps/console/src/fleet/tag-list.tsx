/** Tags, the first few of them. */
import { Badge, Group, Text } from '@mantine/core';

const shown = 4;

export function TagList({ tags }: { readonly tags: readonly string[] }) {
  return (
    <Group gap={4}>
      {tags.slice(0, shown).map((tag) => (
        <Badge key={tag} variant="default" tt="none" fw={500} radius="sm" title={tag}>
          {tag}
        </Badge>
      ))}
      {tags.length > shown && (
        <Text size="xs" c="dimmed" span>
          +{tags.length - shown}
        </Text>
      )}
    </Group>
  );
}
