import { readFile } from 'node:fs/promises';

/** What Linux tells of a process. */
export interface ProcessFigures {
  /** The most memory it ever had, in MiB. */
  readonly peakRssMib: number;
  /** User and system time since it started. */
  readonly cpuSeconds: number;
}

/** `/proc` counts in hundredths of a second on every architecture that Node runs on. */
const ticksPerSecond = 100;

/** Reads the figures of a process that runs. */
export async function readProcessFigures(pid: number | undefined): Promise<ProcessFigures> {
  if (pid === undefined) throw new Error('The process does not run.');
  const [status, stat] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readFile(`/proc/${pid}/stat`, 'utf8'),
  ]);
  const peakKib = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
  // The name may hold spaces and brackets; the fields count from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { peakRssMib: peakKib / 1024, cpuSeconds: ticks / ticksPerSecond };
}
