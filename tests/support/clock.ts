/** A clock that only moves when the test says so. */
export class Clock {
  #time = 1_000_000;
  #tasks: { at: number; run: () => void }[] = [];

  readonly now = (): number => this.#time;

  readonly after = (milliseconds: number, run: () => void): () => void => {
    const task = { at: this.#time + milliseconds, run };
    this.#tasks.push(task);
    return () => void (this.#tasks = this.#tasks.filter((other) => other !== task));
  };

  /** Lets so many milliseconds pass: what is due runs in its order, and what that starts gets its turn. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#time + milliseconds;
    for (;;) {
      const [task] = this.#tasks.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!task) break;
      this.#tasks = this.#tasks.filter((other) => other !== task);
      this.#time = Math.max(this.#time, task.at);
      task.run();
      await settle();
    }
    this.#time = end;
    await settle();
  }
}

/** Lets everything that needs no time happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
