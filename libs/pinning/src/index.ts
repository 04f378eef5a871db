export { createAgentKeyMove, verifyAgentKeyMove } from './agent-key-move';
export type { AgentKeyMove, AgentKeyMoveToSign } from './agent-key-move';
export {
  apiKeyIn,
  createApiKey,
  createApiToken,
  createStepToken,
  isAuthorizedBy,
  parseApiKey,
  parseApiToken,
  parseStepToken,
} from './api-key';
export type { ApiKeyRecord, NewBearerSecret, ParsedBearerSecret } from './api-key';
export { brokerStatementSchema, signBrokerStatement, verifyBrokerStatement } from './broker-statement';
export type { BrokerStatement } from './broker-statement';
export { createCertificateAuthority, issueClientCertificate } from './certificate-authority';
export type { CertificateAuthority, ClientCertificateRequest } from './certificate-authority';
export { createSigner, createVerifier } from './compact-signature';
export type { Signer, Verifier } from './compact-signature';
export { decidePin } from './decide-pin';
export type { PinQuestion, PinVerdict } from './decide-pin';
export {
  fingerprintOfCertificate,
  fingerprintOfPublicKey,
  isSameFingerprint,
  parseFingerprint,
  publicKeyOfCertificate,
} from './fingerprint';
export { createIdentity, renewCertificate } from './identity';
export type { Identity, IdentityKind, IdentityNames } from './identity';
export { createInstallToken, parseInstallToken } from './install-token';
export type { InstallToken, NewInstallToken } from './install-token';
export { parsePrivateKey, parsePublicKey, publicKeyToPem } from './key-pair';
export type { KeyPair } from './key-pair';
export { signMessage, verifyMessage } from './message-signature';
export type { MessageToSign, MessageToVerify } from './message-signature';
export { openUnderPassphrase, sealUnderPassphrase } from './passphrase-seal';
export type { PassphraseToTry, SecretUnderPassphrase } from './passphrase-seal';
export { hashPassword, verifyPassword } from './password';
export { brokerPasswordHash, brokerPasswordOf, createSecret, hashSecret, isSecretOf } from './random-secret';
export { readChain } from './read-chain';
export { chainStatementSchema, createChainHead, createChainMove, verifyChain } from './rotation-chain';
export type { ChainHead, ChainMove, ChainPin, ChainProblem, ChainStatement, ChainVerdict } from './rotation-chain';
export {
  announceSealingKey,
  createSealingKey,
  openSecret,
  sealingPublicKeySchema,
  sealSecret,
  verifySealingKey,
} from './sealing';
export type { SealingKey, SealingPublicKey, SecretToOpen, SecretToSeal } from './sealing';
export { boxKeyIdOf, closeBox, createBoxKey, openBox } from './secret-box';
export type { BoxKey, BoxToOpen, SecretToBox } from './secret-box';
export { signStatement, verifyStatement } from './signed-statement';
export type { StatementToSign, StatementToVerify, StatementType } from './signed-statement';
export {
  CertificateNameInvalidError,
  CertificateUnreadableError,
  FingerprintInvalidError,
  KeyUnusableError,
  PasswordRecordInvalidError,
  SealRefusedError,
  SecretBoxRefusedError,
  SignatureRefusedError,
  TokenMalformedError,
} from './trust-errors';
export type { SealProblem, SecretBoxProblem, SignatureProblem } from './trust-errors';
