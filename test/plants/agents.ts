import type { Plant } from './plant.ts'

const registry = 'contracts/agents/AgentRegistry.sol'
const links = 'contracts/agents/AgentLinks.sol'

const agents = ['test/contracts/agents/AgentRegistry.t.sol']
const signatures = ['test/contracts/agents/AgentSignatures.t.sol']
const linking = ['test/contracts/agents/AgentLinks.t.sol']
const invariants = ['test/contracts/agents/LinksHandler.t.sol', 'test/contracts/agents/LinksInvariants.t.sol']

const edit = (file: string, find: string, replace: string) => ({ file, find, replace })

/** Of the registry itself. */
const ofRegistry: readonly Plant[] = [
  {
    bug: 'an operator may shorten a life',
    edits: [edit(registry, 'require(msg.sender == agent.controller, LivenessNotLater(agentId, liveUntil, agent.liveUntil));', '')],
    tests: agents,
    caughtBy: ['test_an_operator_keeps_the_agent_alive_and_does_nothing_else'],
  },
  {
    bug: 'heartbeats of many renew anybody',
    edits: [
      edit(
        registry,
        'if (liveUntil <= agent.liveUntil || !_hasVoice(agentId, agent, msg.sender)) continue;',
        'if (liveUntil <= agent.liveUntil) continue;',
      ),
    ],
    tests: agents,
    caughtBy: ['test_heartbeats_of_many_renew_what_they_may'],
  },
  {
    bug: 'a card may stand at an address of any length',
    edits: [edit(registry, 'require(bytes(profile.cardUri).length <= MAX_CARD_URI, CardUriTooLong(bytes(profile.cardUri).length));', '')],
    tests: agents,
    caughtBy: ['test_RevertWhen_the_address_of_the_card_is_oversize'],
  },
  {
    bug: 'an operator survives its agent',
    edits: [edit(registry, '(controller != address(0) && _operators[agentId][account])', '_operators[agentId][account]')],
    tests: agents,
    caughtBy: ['test_an_operator_of_a_retired_agent_is_nobody'],
  },
  {
    bug: 'a signature does not name chain and registry',
    edits: [edit(registry, 'bytes32 digest = _hashTypedDataV4(structHash);', 'bytes32 digest = structHash;')],
    tests: signatures,
    caughtBy: ['test_each_counts_once'],
  },
  {
    bug: 'a signature never expires',
    edits: [edit(registry, 'require(block.timestamp <= expiry, SignatureExpired(expiry, block.timestamp));', '')],
    tests: signatures,
    caughtBy: ['test_each_is_refused_elsewhere_late_and_under_another_key'],
  },
  {
    bug: 'a change of operators leaves the version',
    edits: [edit(registry, '        agent.version += 1;\n        _operators[agentId]', '        _operators[agentId]')],
    tests: signatures,
    caughtBy: ['test_each_counts_once', 'test_what_each_does'],
  },
  {
    bug: 'a shorter life leaves the version',
    edits: [edit(registry, '            agent.version += 1;\n', '')],
    tests: signatures,
    caughtBy: ['test_a_shorter_life_ends_signatures_for_the_longer_one'],
  },
  {
    bug: 'version zero opens retired agents',
    edits: [edit(registry, 'require(version != 0 && agent.version == version,', 'require(agent.version == version,')],
    tests: signatures,
    caughtBy: ['test_a_retired_agent_has_no_version_to_sign_for'],
  },
  {
    bug: 'anybody who signs a heartbeat is heard',
    edits: [edit(registry, '        _requireVoice(agentId, agent, signer);\n', '')],
    tests: signatures,
    caughtBy: ['test_an_operator_signs_heartbeats_only'],
  },
]

/** Of links. */
const ofLinks: readonly Plant[] = [
  {
    bug: 'a claim alone makes a link',
    edits: [edit(links, 'return _accounts[agentId][_accountKey(chainId, account)] && ', 'return ')],
    tests: linking,
    caughtBy: ['test_a_claim_alone_is_nothing', 'test_nobody_squats'],
  },
  {
    bug: 'what a chain said is believed after it was unlinked',
    edits: [
      edit(
        links,
        'return keccak256(abi.encode(chainId, chainId == block.chainid ? address(this) : _peers.peerOf(chainId)));',
        'return keccak256(abi.encode(chainId, chainId == block.chainid ? address(this) : address(0)));',
      ),
    ],
    tests: linking,
    caughtBy: ['test_what_an_unlinked_chain_said_is_not_believed', 'test_a_contract_that_replaces_another_starts_from_nothing'],
  },
  {
    bug: 'facts of all chains lie in one place',
    edits: [edit(links, 'return keccak256(abi.encode(chainId, chainId ==', 'return keccak256(abi.encode(chainId ==')],
    tests: linking,
    caughtBy: ['test_facts_are_kept_by_chain'],
  },
  {
    bug: 'the controllers namesake abroad owns for it',
    edits: [edit(links, '(chainId == block.chainid && owner == controller)', 'owner == controller')],
    tests: linking,
    caughtBy: ['test_the_controllers_namesake_abroad_is_somebody_else'],
  },
  {
    bug: 'a registry without gas names nobody',
    edits: [edit(links, '        require(CappedCall.canAfford(OWNER_GAS), IdentityGasShort(OWNER_GAS));\n', '')],
    tests: linking,
    caughtBy: ['test_RevertWhen_there_is_too_little_gas_to_ask'],
  },
  {
    bug: 'a word that is no address is an owner',
    edits: [edit(links, 'return word > type(uint160).max ? address(0) : address(uint160(word));', 'return address(uint160(word));')],
    tests: linking,
    caughtBy: ['test_hostile_registries_name_nobody_and_harm_nobody'],
  },
]

/** One per invariant of `test/invariant/agents.md`. */
const ofInvariants: readonly Plant[] = [
  {
    bug: 'a retired agent keeps its accounts',
    edits: [edit(links, 'return _controllerOf(agentId) != address(0) && _isLinked(', 'return _isLinked(')],
    tests: invariants,
    caughtBy: ['invariant_A1_a_link_is_both_words'],
    alone: true,
  },
  {
    bug: 'an older report replaces a later one',
    edits: [edit(links, '        if (sequence <= known.sequence) return;\n', '')],
    tests: invariants,
    caughtBy: ['invariant_A2_the_last_word_counts_in_any_order'],
  },
  {
    bug: 'an identity is anybodys who declares it',
    edits: [edit(links, 'return owner != address(0) && ((', 'return owner != address(0) || ((')],
    tests: invariants,
    caughtBy: ['invariant_A3_an_identity_is_its_owners_agents'],
    alone: true,
  },
  {
    bug: 'a declaration alone makes a link',
    edits: [edit(links, ' && _claims[_originOf(chainId)][account].agentId == agentId;', ';')],
    tests: invariants,
    caughtBy: ['invariant_A4_an_account_has_one_agent'],
  },
  {
    bug: 'anybody declares for an agent',
    edits: [edit(links, '        require(controller == msg.sender, AgentWrongController(agentId, controller, msg.sender));\n', '')],
    tests: invariants,
    caughtBy: ['invariant_A5_nobody_else_is_heard'],
    alone: true,
  },
  {
    bug: 'a declaration holds for every chain',
    edits: [
      edit(links, 'return keccak256(abi.encode(chainId, account));', 'return keccak256(abi.encode(account));'),
      edit(
        links,
        'return keccak256(abi.encode(chainId, chainId == block.chainid ? address(this) : _peers.peerOf(chainId)));',
        'return bytes32(chainId * 0);',
      ),
    ],
    tests: invariants,
    caughtBy: ['invariant_A6_facts_stay_with_their_chain'],
  },
]

export const agentPlants: readonly Plant[] = [...ofRegistry, ...ofLinks, ...ofInvariants]
