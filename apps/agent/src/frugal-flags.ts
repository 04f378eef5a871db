/**
 * How does a process that mostly waits stay small? A young generation of at most one megabyte, and one helper thread
 * for V8 (the helpers alone cost some megabytes each once they have worked).
 */
export const frugalFlags: readonly string[] = ['--max-semi-space-size=1', '--v8-pool-size=1'];

/** Threads share two pools of glibc's allocator instead of having one each, which would keep what a busy hour took. */
export const frugalEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '2' };
