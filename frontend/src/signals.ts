// Values that say when they change; effects run again once per turn, however many changed.

interface Runner {
  run: () => void;
  sources: Set<Set<Runner>>;
  dead: boolean;
}

export interface Signal<T> {
  (): T;
  set(value: T): void;
  peek(): T;
}

let active: Runner | null = null;
let owner: (() => void)[] | null = null;
const waiting = new Set<Runner>();
let planned = false;

/** Run what waits, now. */
export function flush(): void {
  planned = false;
  for (let turn = 0; waiting.size > 0 && turn < 100; turn++) {
    const now = [...waiting];
    waiting.clear();
    for (const one of now) {
      if (one.dead) continue;
      try {
        one.run();
      } catch (error) {
        // one picture that fails must not stop the others
        console.error(error);
      }
    }
  }
}

/** Make a value; reading it in an effect is a subscription. */
export function signal<T>(first: T): Signal<T> {
  let value = first;
  const readers = new Set<Runner>();
  const read = (() => {
    if (active) {
      readers.add(active);
      active.sources.add(readers);
    }
    return value;
  }) as Signal<T>;
  read.peek = () => value;
  read.set = (next: T) => {
    if (Object.is(next, value)) return;
    value = next;
    for (const one of readers) waiting.add(one);
    if (waiting.size > 0 && !planned) {
      planned = true;
      queueMicrotask(flush);
    }
  };
  return read;
}

/** Run now, and again when something it read changed; returns its end. */
export function effect(work: () => void): () => void {
  const runner: Runner = {
    sources: new Set(),
    dead: false,
    run: () => {
      for (const source of runner.sources) source.delete(runner);
      runner.sources.clear();
      const before = active;
      active = runner;
      try {
        work();
      } finally {
        active = before;
      }
    },
  };
  const end = () => {
    runner.dead = true;
    for (const source of runner.sources) source.delete(runner);
  };
  owner?.push(end);
  runner.run();
  return end;
}

/** A value made of others. */
export function computed<T>(work: () => T): () => T {
  const held = signal<T>(undefined as T);
  effect(() => held.set(work()));
  return held;
}

/** Collect the effects made inside; returns what ends them all. */
export function scope(work: () => void): () => void {
  const before = owner;
  const ends: (() => void)[] = [];
  owner = ends;
  try {
    work();
  } finally {
    owner = before;
  }
  return () => {
    for (const end of ends) end();
  };
}

/** Have something undone when the scope ends. */
export function finallyDo(work: () => void): void {
  owner?.push(work);
}
