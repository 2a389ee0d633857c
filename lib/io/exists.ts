/**
 * Says whether there is something under a path, a link that leads nowhere included.
 *
 * A path that goes through a file, such as `a.csv/b`, leads to nothing. Any other fault is thrown as the runtime throws
 * it: what cannot be looked at is neither there nor missing, and only the caller knows what that means for it.
 */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}
