/** A temporary home with its folders; removed with `remove`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentHome, agentHome, foldersOf } from '../home/agent-home';
import { makePrivateFolder } from '../home/private-file';

export function aHome(): AgentHome & { remove: () => void } {
  const home = agentHome(join(mkdtempSync(join(tmpdir(), 'longshore-home-')), 'agent'));
  foldersOf(home).forEach(makePrivateFolder);
  return { ...home, remove: () => rmSync(join(home.root, '..'), { recursive: true, force: true }) };
}
