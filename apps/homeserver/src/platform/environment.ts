/** Variables of the environment. Passed as an argument to whoever reads configuration, so that nothing else depends on it. */
export type Environment = Readonly<Record<string, string | undefined>>;

export const processEnvironment = (): Environment => process.env;
