export { PrivateBroker, type PrivateBrokerOptions } from './broker/private-broker';
export { type BrokerInstallation, locateBroker } from './broker/broker-installation';
export { type Chromium, headlessOptions, locateChromium } from './debian/chromium';
export {
  BrokerStartError,
  BrokerUnavailableError,
  ChromiumUnavailableError,
  DiskFullError,
  FolderInUseError,
  PortUnavailableError,
  PostgresFolderError,
  PostgresStartError,
  PostgresUnavailableError,
} from './embedded-errors';
export { claimFolder, type FolderClaim } from './folder-claim';
export { isPortFree } from './loopback-port';
export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './postgres/embedded-postgres';
export { endRememberedProcess, rememberProcess } from './remembered-process';
