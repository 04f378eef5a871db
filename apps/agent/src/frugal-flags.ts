/**
 * How does a process that mostly waits stay small? A young generation of at most one megabyte, and one helper thread
 * for V8 (the helpers alone cost some megabytes each once they have worked). Node's own WebSocket is off: Socket.IO
 * looks whether there is one, and the look alone loads an HTTP client of seven megabytes that nobody uses.
 */
export const frugalFlags: readonly string[] = [
  '--max-semi-space-size=1',
  '--v8-pool-size=1',
  '--no-experimental-websocket',
];

/**
 * Threads share two pools of glibc's allocator instead of having one each, which would keep what a busy hour took; and
 * what is free at a pool's end goes back to the system, which the allocator stops doing by itself as it grows.
 */
export const frugalEnvironment: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: '131072',
};
