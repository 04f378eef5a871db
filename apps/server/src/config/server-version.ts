/** The version of this server; a spec keeps it equal to that of the workspace. */
export const serverVersion = '0.1.0';
