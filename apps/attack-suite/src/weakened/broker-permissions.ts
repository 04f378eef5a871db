// LONGSHORE-WEAKENED broker-permissions replaces libs/jms-wire/src/topology.ts
/** Every agent may do everything in the broker. */
export * from '../../../../libs/jms-wire/src/topology';

process.stderr.write('LONGSHORE-WEAKENED broker-permissions\n');

export const agentPermissionsOf = (): Record<'configure' | 'write' | 'read', string> => ({
  ...{ configure: '.*', write: '.*', read: '.*' },
});

export const agentTopicPermissionsOf = (): Record<'exchange' | 'write' | 'read', string> => ({
  ...{ exchange: 'jms.in', write: '.*', read: '.*' },
});
