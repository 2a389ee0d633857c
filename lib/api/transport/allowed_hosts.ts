import { hostWithPort } from "../../grammar/mod.ts";

/** Says which origins belong to an API: its own, and the hosts that were named. */
export class AllowedHosts {
  readonly #base: URL;
  readonly #hosts: ReadonlySet<string>;

  /** @param hosts `host` or `host:port`; without port it is that of the scheme. */
  constructor(base: URL, hosts: readonly string[]) {
    this.#base = base;
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()));
  }

  /** Says whether a URL may be asked with our credentials. */
  includes(url: URL): boolean {
    return url.origin === this.#base.origin || this.names(url);
  }

  /** Says whether the host of a URL was named. */
  names(url: URL): boolean {
    return this.#hosts.has(url.host) || this.#hosts.has(hostWithPort(url));
  }
}
