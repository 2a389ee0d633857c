/**
 * Takes away what keeps data in the runtime's own folder without asking for a permission, before any code of others is
 * loaded; a worker that it starts has `caches` of its own.
 */
export function withoutStorage(): void {
  for (const name of ["localStorage", "caches"]) Reflect.deleteProperty(globalThis, name);
}
