/** Processor time of this thread; unlike the clock it does not grow while others have the machine. */
export class CpuTimer {
  ms = 0;

  measure<T>(work: () => T): T {
    const before = process.threadCpuUsage();
    const result = work();
    const { user, system } = process.threadCpuUsage(before);
    this.ms += (user + system) / 1000;
    return result;
  }
}
