import { documentationOf, groupKeys, isMap, listConfigKeys, type ConfigKey } from './config-keys.ts';

function defaultOf({ schema }: ConfigKey): string {
  const { default: value, defaultText } = documentationOf(schema);
  if (defaultText !== undefined) return defaultText;
  return value === undefined ? 'none' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function variablesOf({ schema, variable }: ConfigKey): string[] {
  const { variables = [], isSecret } = documentationOf(schema);
  const names = [...(variable === undefined ? [] : [variable]), ...variables];
  return isSecret === true ? names.flatMap((name) => [name, `${name}_FILE`]) : names;
}

function describe(key: ConfigKey): string {
  const { description, expects, isSecret } = documentationOf(key.schema);
  const name = key.path.join('.');
  if (groupKeys(key.schema)) return `## ${name}\n\n${description}\n`;
  const variables = variablesOf(key);
  return [
    `${key.path.length === 1 && !isMap(key.schema) ? '##' : '###'} ${name}\n`,
    `${description}\n`,
    `- Value: ${expects}`,
    `- Default: ${defaultOf(key)}`,
    ...(variables.length === 0 ? [] : [`- Environment: ${variables.map((variable) => `\`${variable}\``).join(', ')}`]),
    ...(isSecret === true
      ? [`- Secret: write the path of a file under \`${name}_file\` instead, so that it is in no configuration.`]
      : []),
    '',
  ].join('\n');
}

/** The page for operators, from the schema: `docs/reference/config.md`. */
export function renderConfigReference(): string {
  return [
    '# Configuration\n',
    'Stafette runs without any configuration. What you want otherwise goes into one YAML file: `stafette.yaml` in the folder where the server',
    'starts, or the file that `STAFETTE_CONFIG` names. A variable of the environment is stronger than the file. An unknown key is an error, with',
    'a suggestion, so a mistyped one is never silently ignored. `stafette config check` checks a file, `stafette config show` prints what applies.\n',
    'This page is generated from the schema: `node tools/src/generate-config-reference.ts`.\n',
    ...listConfigKeys().map(describe),
  ].join('\n');
}
