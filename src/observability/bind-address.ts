export interface BindAddress {
  /** Absent: all addresses. */
  readonly host?: string;
  readonly port: number;
}

/** Reads `host:port`, `:port` or `[v6]:port`; `0` means that the server is off, given back as undefined (O-3.1). */
export function parseBindAddress(text: string): BindAddress | undefined {
  if (text === '0') return undefined;
  const [, v6, host, digits] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (!(port <= 65_535)) throw new RangeError(`bind address ${JSON.stringify(text)} is no host:port`);
  const named = v6 ?? host;
  return named ? { host: named, port } : { port };
}
