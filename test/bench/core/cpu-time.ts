/** Milliseconds of processor time that this thread has had; unlike the clock it stands while others have the machine. */
function threadMs(): number {
  // Asking for the whole process brings the kernel's account of the running thread up to date, which else lags by a tick.
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Sums up the processor time of pieces of work. */
export class CpuTimer {
  ms = 0;

  measure<T>(work: () => T): T {
    const before = threadMs();
    const result = work();
    this.ms += threadMs() - before;
    return result;
  }
}
