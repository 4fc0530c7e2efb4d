const FNV_OFFSET_BASIS = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;
const SIXTY_FOUR_BITS = 0xffffffffffffffffn;

/** Resource names in the order in which they are looked at: by FNV-1a hash, then by name; seen on the wire (S-5.4). */
export function inVisitingOrder(resources: Iterable<string>): readonly string[] {
  return [...resources]
    .map((name) => ({ name, hash: fnv1a(name) }))
    .toSorted((a, b) => compare(a.hash, b.hash) || compare(a.name, b.name))
    .map(({ name }) => name);
}

/** The 64-bit FNV-1a hash; resource names are ASCII, so code units are bytes. */
function fnv1a(text: string): bigint {
  let hash = FNV_OFFSET_BASIS;
  for (let index = 0; index < text.length; index += 1) {
    hash = ((hash ^ BigInt(text.charCodeAt(index))) * FNV_PRIME) & SIXTY_FOUR_BITS;
  }
  return hash;
}

function compare<T extends bigint | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
