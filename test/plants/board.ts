import type { Plant } from './plant.ts'

const cells = 'contracts/board/Cells.sol'
const slot = 'contracts/board/CellSlot.sol'
const spaces = 'contracts/board/Spaces.sol'
const topics = 'contracts/board/Topics.sol'
const mirrors = 'contracts/board/Mirrors.sol'
const board = 'contracts/board/Blackboard.sol'

const invariants = ['test/contracts/board/BoardHandler.t.sol', 'test/contracts/board/BoardInvariants.t.sol']
const overChains = ['test/contracts/board/BoardOverChains.t.sol']
const leases = ['test/contracts/board/Leases.t.sol']

const edit = (file: string, find: string, replace: string) => ({ file, find, replace })

/** Bugs of the blackboard: one per invariant of `test/invariant/board.md`, and what single tests notice. */
export const boardPlants: readonly Plant[] = [
  {
    bug: 'board: a lease that has ended can be renewed',
    edits: [
      edit(
        cells,
        'bool isLeased = head.isLeased();\n        require(\n            isLeased &&',
        'bool isLeased = head.isLeased();\n        require(',
      ),
    ],
    tests: invariants,
    caughtBy: ['invariant_01_nothing_passes_or_fails_against_the_books'],
  },
  {
    bug: 'board: a proposed write does not look at the version',
    edits: [edit(cells, 'if (version != expectedVersion) return (BoardRefusal.Stale, version);', '')],
    tests: invariants,
    caughtBy: ['invariant_02_versions_are_contiguous_and_no_update_is_lost'],
  },
  {
    bug: 'board: releasing a cell starts a new clock',
    edits: [edit(cells, 'if (head.holder == msg.sender) {', 'if (false) {')],
    tests: invariants,
    caughtBy: ['invariant_03_a_cell_has_one_holder_until_its_end'],
  },
  {
    bug: 'board: a topic forgets what was before',
    edits: [edit(topics, 'TopicFold.fold(stored.head, leaf)', 'TopicFold.fold(0, leaf)')],
    tests: invariants,
    caughtBy: ['invariant_04_a_topic_is_the_fold_of_its_entries'],
  },
  {
    bug: 'board: a mirror keeps the value of the version before',
    edits: [edit(mirrors, 'if (isNewer) stored.valueHash = update.valueHash;', 'if (!isNewer) stored.valueHash = update.valueHash;')],
    tests: invariants,
    caughtBy: ['invariant_05_a_mirror_shows_what_home_was'],
  },
  {
    bug: 'board: a mirror runs ahead',
    edits: [edit(mirrors, 'stored.version = update.version;', 'stored.version = update.version + 1;')],
    tests: invariants,
    caughtBy: ['invariant_06_no_mirror_is_ahead_of_home'],
  },
  {
    bug: 'board: a mirror is as young as its arrival',
    edits: [edit(mirrors, 'uint40 asOf = uint40(Math.min(update.seenAt, block.timestamp));', 'uint40 asOf = uint40(block.timestamp);')],
    tests: invariants,
    caughtBy: ['invariant_07_a_mirror_is_as_old_as_it_says'],
  },
  {
    bug: 'board: the writers of another chain write everywhere',
    edits: [edit(spaces, 'if (space.isList()) return _writers[space][Author.word(chainId, account)];', 'if (space.isList()) return true;')],
    tests: invariants,
    caughtBy: ['invariant_01_nothing_passes_or_fails_against_the_books'],
  },
  {
    bug: 'board: an older message is taken',
    edits: [edit(mirrors, 'update.version > known.version)', 'update.version != known.version)')],
    tests: overChains,
    caughtBy: ['testFuzz_only_what_is_newer_is_taken'],
  },
  {
    bug: 'board: a second value for one version is taken',
    edits: [
      edit(mirrors, 'isKnown && update.valueHash == known.valueHash && asOf', 'isKnown && asOf'),
      edit(mirrors, 'if (isNewer) stored.valueHash', 'stored.valueHash'),
    ],
    tests: overChains,
    caughtBy: ['test_a_second_value_for_one_version_is_not_taken'],
  },
  {
    bug: 'board: a mirror is kept under no chain',
    edits: [edit(mirrors, 'abi.encode(isTopic, homeChainId, space, key)', 'abi.encode(isTopic, space, key)')],
    tests: overChains,
    caughtBy: ['testFuzz_a_rogue_chain_hurts_only_who_admitted_it', 'test_a_mirror_shows_home_and_its_age'],
  },
  {
    bug: 'board: a proposal has no deadline',
    edits: [edit(board, 'if (block.timestamp <= proposal.deadline) {', 'if (true) {')],
    tests: overChains,
    caughtBy: ['test_every_refusal_is_told'],
  },
  {
    bug: 'board: a proposed write goes through a lease',
    edits: [edit(cells, 'if (head.isLeased()) return (BoardRefusal.Leased, version);', '')],
    tests: overChains,
    caughtBy: ['test_every_refusal_is_told'],
  },
  {
    bug: 'board: an account of another chain is its namesake at home',
    edits: [
      edit(
        'contracts/board/Author.sol',
        'chainId == block.chainid ? uint160(account) : (chainId << 160) | uint160(account)',
        'uint160(account)',
      ),
    ],
    tests: overChains,
    caughtBy: ['test_every_refusal_is_told', 'testFuzz_a_rogue_chain_hurts_only_who_admitted_it'],
  },
  {
    bug: 'board: a lease ends a second early',
    edits: [
      edit(slot, 'return block.timestamp <= head.leaseEnd;', 'return block.timestamp < head.leaseEnd;'),
      edit(slot, 'return block.timestamp <= uint32(', 'return block.timestamp < uint32('),
    ],
    tests: leases,
    caughtBy: ['testFuzz_the_boundary_of_a_lease'],
  },
  {
    bug: 'board: the token stays with a hand-off',
    edits: [edit(cells, 'head.changes = 0;\n        head.holder = to;', 'head.changes += 1;\n        head.holder = to;')],
    tests: leases,
    caughtBy: ['test_a_handoff_keeps_the_clock'],
  },
  {
    bug: 'board: what a unit cuts off is given away',
    edits: [edit(slot, 'over = limitUnits * unit + unit - 1;', 'over = limit;')],
    tests: leases,
    caughtBy: ['testFuzz_renewals_are_included'],
  },
  {
    bug: 'board: a lease is renewed without end',
    edits: [
      edit(
        cells,
        '(uint256 limit, ) = head.limitOf(_maxLeaseOf(space));\n        uint256 leaseEnd',
        'uint256 limit = block.timestamp + _maxLeaseOf(space);\n        uint256 leaseEnd',
      ),
    ],
    tests: leases,
    caughtBy: ['test_a_renewal_reaches_the_limit_and_no_further'],
  },
]
