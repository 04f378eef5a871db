/**
 * Which WebSocket is the agent's? The newest one: an older connection of the same agent is a leftover, is told so and
 * closed, and what it still sends is not read.
 */
import type { Socket } from 'socket.io';
import { Injectable } from '@nestjs/common';
import type { Peer } from '@longshore/delivery';
import {
  type AgentId,
  type ByeReason,
  commandsAvailableEvent,
  messageEvent,
  type ServerToAgent,
} from '@longshore/protocol';
import { GatewaySettings } from './gateway-settings';
import { createWireBye } from './wire-bye';

export interface AgentSocket {
  readonly socket: Socket;
  readonly peer: Peer;
}

@Injectable()
export class AgentSockets {
  readonly #byAgent = new Map<AgentId, AgentSocket>();

  constructor(private readonly settings: GatewaySettings) {}

  add(entry: AgentSocket): void {
    const { agentId } = entry.peer;
    const older = this.#byAgent.get(agentId);
    this.#byAgent.set(agentId, entry);
    if (older !== undefined) this.#end(older, 'superseded');
  }

  isCurrent({ socket, peer }: AgentSocket): boolean {
    return this.#byAgent.get(peer.agentId)?.socket === socket;
  }

  /** Whether it was the agent's current one. */
  remove(entry: AgentSocket): boolean {
    return this.isCurrent(entry) && this.#byAgent.delete(entry.peer.agentId);
  }

  send(agentId: AgentId, message: ServerToAgent): void {
    this.#byAgent.get(agentId)?.socket.emit(messageEvent, message);
  }

  announceCommands(agentId: AgentId, seq: number): void {
    this.#byAgent.get(agentId)?.socket.emit(commandsAvailableEvent, { seq });
  }

  /** Its `disconnect` event follows and clears the entry. */
  disconnect(agentId: AgentId, reason: ByeReason): void {
    const entry = this.#byAgent.get(agentId);
    if (entry !== undefined) this.#end(entry, reason);
  }

  #end({ socket, peer }: AgentSocket, reason: ByeReason): void {
    socket.emit(messageEvent, createWireBye(this.settings.serverId, peer.agentId, reason));
    socket.disconnect(true);
  }
}
