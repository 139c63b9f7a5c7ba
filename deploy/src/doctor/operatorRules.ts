import { isAddressEqual } from 'viem'
import type { Facts, OperatorPatient } from './facts.ts'
import type { Finding, Rule } from './rule.ts'
import { inWords, isLooser } from './suiteRules.ts'

type OperatorChain = OperatorPatient['chains'][number]

const each = ({ patient }: Facts, look: (operator: OperatorPatient) => readonly Finding[]): readonly Finding[] =>
  (patient.operators ?? []).flatMap(look)

const eachChain = (facts: Facts, look: (operator: OperatorPatient, chain: OperatorChain) => Finding | undefined): readonly Finding[] =>
  each(facts, (operator) => operator.chains.flatMap((chain) => look(operator, chain) ?? []))

/** What is wrong with the configuration of a watcher on this machine. */
export const operatorRules: readonly Rule[] = [
  {
    code: 'key-missing',
    severity: 'error',
    meaning: 'A key that the configuration of a watcher names cannot be had.',
    remedy: 'Set the variable, or mend the keystore file or its password.',
    look: (facts) =>
      each(facts, ({ name, keyProblem }) =>
        keyProblem === undefined
          ? []
          : [
              {
                subject: name,
                fact: `has no key: ${keyProblem}`,
                expectation: 'each key that its configuration names',
                fix: 'Set the variable that it names, then start it.',
              },
            ],
      ),
  },
  {
    code: 'data-dir-unusable',
    severity: 'error',
    meaning: 'A watcher cannot write where its databases should lie, so it would not start, or forget what it signed.',
    remedy: 'Make the folder, give it to the user of the watcher, or name another one in "dataDir".',
    look: (facts) =>
      each(facts, ({ name, dataDir, isDataDirWritable }) =>
        isDataDirWritable
          ? []
          : [
              {
                subject: name,
                fact: `cannot write in ${dataDir}`,
                expectation: 'a folder of its own',
                fix: `mkdir -p ${dataDir}, and give it to the user that the watcher runs as.`,
              },
            ],
      ),
  },
  {
    code: 'genesis-differs',
    severity: 'error',
    meaning: 'A watcher expects another first block than the chain has: it would refuse to start, and rightly.',
    remedy: 'Correct "genesisHash", or the RPC urls: they may lead to another network with the same chain id.',
    look: (facts) =>
      eachChain(facts, ({ name }, { chainId, genesisHash }) => {
        const actual = facts.chains.find(({ chain }) => chain.chainId === chainId)?.genesisHash
        if (genesisHash === undefined || actual === undefined || genesisHash === actual) return undefined
        return {
          subject: `genesisHash of chain ${chainId} at ${name}`,
          fact: `is ${genesisHash}`,
          expectation: actual,
          fix: 'If the RPC urls are the right ones, write this hash into the configuration.',
        }
      }),
  },
  {
    code: 'finality-differs',
    severity: 'error',
    meaning: 'A watcher would sign blocks that the suite does not call final yet.',
    remedy: 'Write the finality of the suite file into the configuration of the watcher.',
    look: (facts) =>
      eachChain(facts, ({ name }, { chainId, finality }) => {
        const agreed = facts.patient.config.chains.find((chain) => chain.chainId === chainId)?.finality
        if (agreed === undefined || !isLooser(finality, agreed)) return undefined
        return {
          subject: `finality of chain ${chainId} at ${name}`,
          fact: `is ${inWords(finality)}`,
          expectation: `${inWords(agreed)}, as in the suite file`,
          fix: `Write ${JSON.stringify(agreed)} into the configuration of ${name}.`,
        }
      }),
  },
  {
    code: 'deployment-differs',
    severity: 'error',
    meaning: 'A watcher is configured for other contracts than those of the suite: what it signs helps nobody.',
    remedy: 'Put the address files that `hanse deploy apply` wrote into its configuration.',
    look: (facts) =>
      eachChain(facts, ({ name }, { chainId, gateway }) =>
        isAddressEqual(gateway, facts.patient.plan.addresses.gateway)
          ? undefined
          : {
              subject: `gateway of chain ${chainId} at ${name}`,
              fact: `is ${gateway}`,
              expectation: facts.patient.plan.addresses.gateway,
              fix: `Take "deployment" from deployments/${chainId}.json.`,
            },
      ),
  },
  {
    code: 'provider-single',
    severity: 'warning',
    meaning: 'A watcher believes one provider alone about a chain: if that lies or fails, it signs nothing, or what is not so.',
    remedy: 'Give it three RPC urls of different operators for each chain.',
    look: (facts) =>
      eachChain(facts, ({ name }, { chainId, providers }) =>
        providers > 1
          ? undefined
          : {
              subject: `rpcUrls of chain ${chainId} at ${name}`,
              fact: 'has one provider',
              expectation: 'at least 2',
              fix: 'Add RPC urls of other operators; three can outvote one.',
            },
      ),
  },
  {
    code: 'attester-stranger',
    severity: 'error',
    meaning: 'A watcher signs with a key that is not in the set: its signatures count for nothing.',
    remedy: 'Give it the key of its member, or rotate it into the set.',
    look: (facts) => {
      const { members } = facts.patient.config.watchers
      const known = [...(facts.patient.operators ?? []), ...facts.watchers]
      return known.flatMap(({ name, attester }) =>
        attester === undefined || members.some((member) => isAddressEqual(member, attester))
          ? []
          : [
              {
                subject: name,
                fact: `signs as ${attester}`,
                expectation: `one of ${members.join(', ')}`,
                fix: 'Give it the key of a member, or rotate the set (docs/operations.md).',
              },
            ],
      )
    },
  },
]
