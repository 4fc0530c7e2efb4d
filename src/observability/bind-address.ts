export interface BindAddress {
  /** Absent: all addresses. */
  readonly host?: string;
  readonly port: number;
}

/** Reads `host:port`, `:port` or `[v6]:port`; `0` means that the server is off, given back as undefined (O-3.1). */
export function parseBindAddress(text: string): BindAddress | undefined {
  if (text === '0') return undefined;
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:]*)):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.['port']);
  if (!match || port > 65_535) throw new RangeError(`bind address ${JSON.stringify(text)} is no host:port`);
  const host = match.groups?.['v6'] ?? match.groups?.['host'] ?? '';
  return host === '' ? { port } : { host, port };
}
