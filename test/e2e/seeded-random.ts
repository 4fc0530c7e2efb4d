/** Numbers of [0, 1) that are the same for the same seed, so that a run can be told and repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** The seed that `QUAYMASTER_SEED` asks for, or one that nobody chose. */
export function chooseSeed(): number {
  const asked = process.env['QUAYMASTER_SEED'];
  return asked === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(asked);
}

/** One of the items, all alike. */
export function pick<T>(random: () => number, items: readonly [T, ...T[]]): T {
  return items[Math.floor(random() * items.length)] ?? items[0];
}
