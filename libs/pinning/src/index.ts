export { createApiKey, createApiToken, parseApiKey, parseApiToken } from './api-key';
export type { NewBearerSecret, ParsedBearerSecret } from './api-key';
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
export { hashPassword, verifyPassword } from './password';
export { brokerPasswordHash, createSecret, hashSecret, isSecretOf } from './random-secret';
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
export { signStatement, verifyStatement } from './signed-statement';
export type { StatementToSign, StatementToVerify, StatementType } from './signed-statement';
export {
  CertificateNameInvalidError,
  CertificateUnreadableError,
  FingerprintInvalidError,
  KeyUnusableError,
  PasswordRecordInvalidError,
  SealRefusedError,
  SignatureRefusedError,
  TokenMalformedError,
} from './trust-errors';
export type { SealProblem, SignatureProblem } from './trust-errors';
