#!/usr/bin/env node
import { terminal } from './output.ts';
import { createProgram } from './program.ts';

try {
  await createProgram(terminal, (code) => {
    process.exitCode = code;
  }).parseAsync();
} catch (error) {
  terminal.complain(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
