/** Where commands write to. Tests pass their own. */
export interface Output {
  /** What was asked for: standard output. */
  say(line: string): void;
  /** What went wrong, and what to do next: standard error. */
  complain(line: string): void;
}

export const terminal: Output = {
  say: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
};

/** 0: fine. 1: it did not work. 2: the command or the configuration was wrong. */
export type ExitCode = 0 | 1 | 2;
