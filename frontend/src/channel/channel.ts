// What the page talks to: commands go out and are answered, events and frames come in.

export interface Answer {
  ok: boolean;
  value?: any;
  error?: string;
  field?: string;
}

export interface Channel {
  send(command: string, fields?: Record<string, unknown>): Promise<Answer>;
  /** Send a piece of a file; returns how many bytes wait to leave. */
  sendBytes(bytes: ArrayBuffer): number;
  onEvent: (event: Record<string, any>) => void;
  onFrame: (bytes: ArrayBuffer) => void;
  onGone: (why: string) => void;
}

/** A command that was refused, with the engine's sentence. */
export class Refused extends Error {
  readonly field: string | undefined;
  constructor(answer: Answer) {
    super(answer.error ?? "The engine refused.");
    this.field = answer.field;
  }
}
