/** Keeps the thread for longer than a loop may go on without listening, as slow work would. */
export function keepThread(): void {
  const until = performance.now() + 60;
  while (performance.now() < until);
}
