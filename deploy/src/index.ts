export { accessOf, accountOf, chainVariable, deployerAccount, type KeyVariables, keyVariables } from './access.ts'
export { applySuite, type Progress } from './apply.ts'
export {
  type ContractName,
  type CreationCodes,
  committedCreationCodes,
  contractNames,
  laterNames,
  type PartName,
  type PlannedName,
} from './artifacts.ts'
export { broadcastNoncesOf, type ChainAccess, type Difference } from './chain.ts'
export { type ChainReport, checkSuite } from './check.ts'
export { checkConfig, type SuiteConfig } from './config.ts'
export { type Creation, creationOf, factoryCodeHash, keylessCost, keylessFactory, keylessSigner, keylessTransaction } from './create2.ts'
export { type Diagnosis, diagnose, type Report } from './doctor/diagnose.ts'
export type { OperatorPatient, Patient, PatientChain } from './doctor/facts.ts'
export type { Finding, Rule } from './doctor/rule.ts'
export { renderRules, rules } from './doctor/rules.ts'
export * from './errors.ts'
export { type ChainEstimate, estimateSuite } from './estimate.ts'
export { decryptKeystore, encryptKeystore } from './keystore.ts'
export { type Network, networks } from './networks.ts'
export { type ChainPlan, type PlannedContract, planSuite, type SuitePlan } from './plan.ts'
export { deploymentFromJson, deploymentToJson, readDeployment, writeDeployments } from './record.ts'
export { type Role, type RoleRow, renderRoleTable, roles, roleTable, selectorsOf, trustDelay } from './roles.ts'
export type { Check, Step } from './steps.ts'
export { type NamedChain, readSuiteFile, type Suite, suiteFileSchema } from './suiteFile.ts'
export { rosterOf } from './wiring.ts'
