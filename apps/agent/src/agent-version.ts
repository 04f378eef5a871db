/** The version of this agent, as it tells it to its server; that of the whole product. */
export const agentVersion = '0.1.0';
