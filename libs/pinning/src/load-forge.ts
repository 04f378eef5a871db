/**
 * When is node-forge loaded? With the first certificate that is made, and in a process that makes none never: it costs
 * an agent's monitor and worker some ten megabytes each, and they make a certificate once in a year.
 */
import type forge from 'node-forge';

let loaded: typeof forge | undefined;

export function loadForge(): typeof forge {
  loaded ??= require('node-forge') as typeof forge;
  return loaded;
}
