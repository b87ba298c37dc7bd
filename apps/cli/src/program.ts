import { runServer, VERSION } from '@stafette/homeserver';
import { Command } from 'commander';
import { configCheck } from './commands/config-check.ts';
import { configShow } from './commands/config-show.ts';
import { dbMigrate } from './commands/db-migrate.ts';
import { dbStatus } from './commands/db-status.ts';
import { doctor } from './commands/doctor.ts';
import { invitationsCreate, type InvitationsCreateOptions } from './commands/invitations-create.ts';
import type { ExitCode, Output } from './output.ts';
import type { GlobalOptions } from './source.ts';

/** Builds the command line. `finish` gets the exit code of commands that end. */
export function createProgram(output: Output, finish: (code: ExitCode) => void, defaults: GlobalOptions = {}): Command {
  const program = new Command('stafette')
    .description('Messenger for public authorities: server and administration')
    .version(VERSION)
    .option('--config <file>', 'configuration file (default: stafette.yaml in the current folder)')
    .showHelpAfterError('Run it with --help to see what there is.')
    .configureOutput({
      writeOut: (text) => output.say(text.trimEnd()),
      writeErr: (text) => output.complain(text.trimEnd()),
    });
  const options = <Own extends object>(own: Own): GlobalOptions & Own => ({
    ...defaults,
    ...program.opts<GlobalOptions>(),
    ...own,
  });
  type JsonOption = { readonly json?: boolean };

  program
    .command('start')
    .description('run the server in the foreground')
    .action(async () => runServer({ mode: 'agency', configFile: options({}).config }));
  program
    .command('conformance')
    .description('run a server for public test suites, configured by HS_* variables; never for messages of people')
    .action(async () => runServer({ mode: 'conformance' }));
  program
    .command('doctor')
    .description('check what a start needs')
    .option('--json', 'machine-readable')
    .action(async (own: JsonOption) => finish(await doctor(options(own), output)));

  const config = program.command('config').description('look at the configuration');
  config
    .command('check')
    .description('check file and environment')
    .action(() => finish(configCheck(options({}), output)));
  config
    .command('show')
    .description('print what applies and where it comes from')
    .option('--json', 'machine-readable')
    .action((own: JsonOption) => finish(configShow(options(own), output)));

  const database = program.command('db').description('look after the database');
  database
    .command('migrate')
    .description('bring the schema up to date')
    .action(async () => finish(await dbMigrate(options({}), output)));
  database
    .command('status')
    .description('list applied and pending migrations')
    .option('--json', 'machine-readable')
    .action(async (own: JsonOption) => finish(await dbStatus(options(own), output)));
  program
    .command('invitations')
    .description('let people in')
    .command('create')
    .description('make a one-time code that lets one person create an account')
    .requiredOption('--token-file <file>', "file with an administrator's access token")
    .option('--server <url>', 'address of the server', 'http://localhost:8008')
    .option('--name <name>', 'name of the person')
    .option('--admin', 'the new account may administer the server')
    .option('--json', 'machine-readable')
    .action(async (own: InvitationsCreateOptions) => finish(await invitationsCreate(own, output)));
  return program;
}
