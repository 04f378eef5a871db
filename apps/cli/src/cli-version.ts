/** The version of this command line; a test holds it equal to the workspace's. */
export const cliVersion = '0.1.0';
