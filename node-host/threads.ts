/**
 * Threads of libuv's pool. For each partition of the store a commit waits for the disk on one of them, and a move into
 * LMDB on another; a password hash computes on one for a third of a second, files are read on the rest: with the usual
 * four, two log-ins would hold up everybody's commits. Must be set before the pool is first used (LMDB does so when it
 * is loaded).
 */
const POOL_THREADS = '12'

process.env.UV_THREADPOOL_SIZE ??= POOL_THREADS
