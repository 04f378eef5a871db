/** Under this the server's record is injected: the interface itself does not exist at run time. */
export const ServerRecordToken = Symbol('server record');
