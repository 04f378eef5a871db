export { useDatabases } from './a-database';
