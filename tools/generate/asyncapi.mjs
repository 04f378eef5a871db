// docs/reference/asyncapi.json: the messages and the ways they take, as AsyncAPI 3.0, seen from the server.
import { readFileSync } from 'node:fs';
import { loadContract, schemaOf } from './contract.mjs';
import { stableJson } from './stable-json.mjs';

export async function asyncApiDocument() {
  const contract = await loadContract();
  const ways = channels(contract);
  return stableJson({
    asyncapi: '3.0.0',
    info: {
      title: 'Longshore agent protocol',
      version: JSON.parse(readFileSync('package.json', 'utf8')).version,
      description: 'What server and agents say to each other, on both wires. The prose is in docs/protocol.md.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      gateway: {
        host: 'localhost:7919',
        protocol: 'https',
        description:
          'Agent gateway. TLS 1.3 with pinned keys on both sides; Socket.IO over WebSocket on the same port.',
      },
      broker: {
        host: 'localhost:7918',
        protocol: 'amqps',
        description: 'RabbitMQ for JMS agents. TLS 1.3, the broker pinned by its key; every message is a JWS.',
      },
    },
    channels: Object.fromEntries(ways.map(({ id, channel }) => [id, channel])),
    operations: Object.fromEntries(ways.flatMap(operationsOf)),
    components: { messages: messages(contract), schemas: schemas(contract) },
  });
}

/** One per way: which messages go there, in which direction, as the registry has it. */
function channels({ messageRegistry, gatewayPaths, agentNamespace, topology }) {
  const types = (wanted) =>
    Object.entries(messageRegistry)
      .filter(([, one]) => wanted(one))
      .map(([type]) => type);
  const goes = (direction, one) => one.directions.includes(direction);
  const words = (direction) => types((one) => one.stream === null && goes(direction, one));
  const onStream = (...streams) => types((one) => streams.includes(one.stream));
  const fromAgent = types((one) => goes('agent-to-server', one) && one.stream !== 'work');
  return [
    way('webWords', 'gateway', agentNamespace, 'Socket.IO namespace of web agents: control words and reports.', {
      receive: words('agent-to-server'),
      send: words('server-to-agent'),
    }),
    way(
      'commands',
      'gateway',
      gatewayPaths.commands,
      'GET: a long answer of one JSON object a line. Web agents only.',
      {
        send: onStream('commands'),
      },
    ),
    way('events', 'gateway', gatewayPaths.events, 'POST. Web agents: control and work; JMS agents: work.', {
      receive: onStream('control', 'work'),
    }),
    way(
      'jmsInbound',
      'broker',
      topology.inboundExchange,
      'Topic exchange that JMS agents publish to under from.<agentId>.<kind>.',
      {
        receive: fromAgent,
      },
    ),
    way('jmsAgentQueue', 'broker', `${topology.agentQueuePrefix}{agentId}`, 'Durable queue of one JMS agent.', {
      send: types((one) => goes('server-to-agent', one)),
    }),
  ];
}

function way(id, server, address, description, { receive = [], send = [] }) {
  const all = [...new Set([...receive, ...send])];
  const parameters = address.includes('{agentId}')
    ? { parameters: { agentId: { description: 'Id of the agent, 1 to 64 of a-z, 0-9 and -.' } } }
    : {};
  const channel = {
    address,
    description,
    servers: [{ $ref: `#/servers/${server}` }],
    ...parameters,
    messages: Object.fromEntries(all.map((type) => [key(type), { $ref: `#/components/messages/${key(type)}` }])),
  };
  return { id, channel, receive, send };
}

function operationsOf({ id, receive, send }) {
  const operation = (action, types) => ({
    action,
    channel: { $ref: `#/channels/${id}` },
    messages: types.map((type) => ({ $ref: `#/channels/${id}/messages/${key(type)}` })),
  });
  return [
    ...(receive.length === 0 ? [] : [[`${id}Receive`, operation('receive', receive)]]),
    ...(send.length === 0 ? [] : [[`${id}Send`, operation('send', send)]]),
  ];
}

function messages({ messageRegistry }) {
  const entries = Object.entries(messageRegistry).map(([type, { kind, stream }]) => [
    key(type),
    {
      name: type,
      title: type,
      tags: [{ name: kind }, ...(stream === null ? [] : [{ name: stream }])],
      payload: {
        allOf: [
          { $ref: '#/components/schemas/envelope' },
          {
            type: 'object',
            properties: { type: { const: type }, body: { $ref: `#/components/schemas/${key(type)}` } },
          },
          { required: stream === null ? ['count'] : ['stream', 'seq'] },
        ],
      },
    },
  ]);
  return Object.fromEntries(entries);
}

function schemas(contract) {
  const bodies = Object.entries(contract.messageRegistry).map(([type, { body }]) => [
    key(type),
    schemaOf(contract, body),
  ]);
  return { envelope: schemaOf(contract, contract.envelopeSchema), ...Object.fromEntries(bodies) };
}

/** Keys of AsyncAPI components hold no dots in practice: many tools take them for paths. */
function key(type) {
  return type.replaceAll('.', '-');
}
