/** An address that leads to no page, or to something that is not there (any more). */
import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Link } from 'react-router';
import { NothingHere } from './nothing-here';

export function NotFoundPage({ what = 'a page' }: { readonly what?: string }) {
  return (
    <NothingHere icon={<IconMapOff />} title={`There is no such ${what.replace(/^an? /, '')}`}>
      <span>The address does not lead to {what}. It may be mistyped, or what it led to may have been removed.</span>
      <Button component={Link} to="/fleet" variant="default">
        To the fleet
      </Button>
    </NothingHere>
  );
}
