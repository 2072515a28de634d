// Work that comes faster than it can be done: the first at once, then the last of those that came meanwhile.

/** Do what comes no more often than every so many milliseconds; the last is always done. */
export function paced(milliseconds: number): (work: () => void) => void {
  let timer = 0;
  let last = -Infinity;
  return (work) => {
    window.clearTimeout(timer);
    const go = () => {
      last = performance.now();
      work();
    };
    const wait = milliseconds - (performance.now() - last);
    if (wait <= 0) go();
    else timer = window.setTimeout(go, wait);
  };
}

/** Do one at a time; of those that come meanwhile the last. */
export function latest(): (work: () => Promise<unknown>) => void {
  let busy = false;
  let next: (() => Promise<unknown>) | null = null;
  const go = async (work: () => Promise<unknown>) => {
    busy = true;
    for (let now: (() => Promise<unknown>) | null = work; now; ) {
      next = null;
      await now().catch(console.error);
      now = next;
    }
    busy = false;
  };
  return (work) => {
    if (busy) next = work;
    else void go(work);
  };
}
