import { expect } from 'chai'
import { network } from 'hardhat'
import type { DevToken, ITaskEscrow } from '../../../types/ethers-contracts/index.ts'

// The build of the edit loop is larger than that for chains.
const { ethers, networkHelpers } = await network.create({ override: { allowUnlimitedContractSize: true } })

const day = 86_400
const reward = 1_000n
const bond = 500n
const work = ethers.id('work')

type Terms = Parameters<ITaskEscrow['open']>[0]

async function deploy() {
  const [admin, requester, worker, evaluator, stranger] = await ethers.getSigners()
  if (!admin || !requester || !worker || !evaluator || !stranger) throw new RangeError('The tests need five accounts')
  const authority = await ethers.deployContract('AccessManager', [admin.address])
  const gateway = await ethers.deployContract('Gateway', [authority])
  const registry = await ethers.deployContract('AgentRegistry')
  const known = [authority, gateway, registry, await ethers.deployContract('Charters', [authority, gateway])]
  const portal = await ethers.deployContract('TaskPortal', [authority, gateway])
  const desk = await ethers.deployContract('PortalDesk', [...known, portal])
  const reviews = await ethers.deployContract('TaskReviews', [...known, desk])
  const assignments = await ethers.deployContract('TaskAssignments', [...known, reviews])
  const core = await ethers.deployContract('TaskEscrow', [...known, assignments, desk])
  const escrow: ITaskEscrow = await ethers.getContractAt('ITaskEscrow', await core.getAddress())
  const coin: DevToken = await ethers.deployContract('DevToken')
  for (const account of [requester, worker]) {
    await coin.mint(account, 1_000_000n)
    await coin.connect(account).approve(escrow, 1_000_000n)
  }
  const { chainId } = await ethers.provider.getNetwork()
  await escrow.connect(worker).deposit(chainId, worker, coin, 10n * bond)
  const terms: Terms = {
    requester: requester.address,
    token: await coin.getAddress(),
    reward,
    workerBond: bond,
    slashShare: 5_000n,
    suspectBond: 0n,
    answerWindow: 0n,
    disputeBond: 0n,
    specHash: ethers.id('spec'),
    evaluator: evaluator.address,
    evaluatorFee: 0n,
    floor: 0n,
    silence: 10_000n,
    arbitrator: ethers.ZeroAddress,
    defaultSplit: 0n,
    allocation: ethers.ZeroAddress,
    allocationParams: ethers.ZeroHash,
    openUntil: BigInt(await networkHelpers.time.latest()) + BigInt(day),
    challengeWindow: 0n,
    workWindow: 3_600n,
    reviewWindow: 3_600n,
    disputeWindow: 0n,
    arbitrationWindow: 0n,
    maxRevisions: 0n,
    handoffRule: 0n,
    parent: ethers.ZeroHash,
    delegable: 0n,
    prerequisites: ethers.ZeroHash,
    minPrerequisiteShare: 0n,
    charter: ethers.ZeroHash,
    epoch: 0n,
    grace: 60n,
    triggerReward: 0n,
    salt: ethers.id('salt'),
    chains: [],
  }
  const parts = [core, assignments, reviews, desk]
  return { chainId, escrow, parts, coin, terms, taskId: await escrow.taskIdOf(terms), requester, worker, evaluator, stranger }
}

describe('TaskEscrow', () => {
  describe('id', () => {
    it('is the hash of chain, escrow and terms as ethers encodes them', async () => {
      const { chainId, escrow, terms, taskId } = await networkHelpers.loadFixture(deploy)
      const type = escrow.interface.getFunction('open').inputs[0]
      if (type === undefined) throw new RangeError('open takes terms')
      const encoded = ethers.AbiCoder.defaultAbiCoder().encode(['uint256', 'address', type], [chainId, await escrow.getAddress(), terms])
      expect(taskId).to.equal(ethers.keccak256(encoded))
    })
  })

  describe('life', () => {
    it('pays for good work', async () => {
      const { escrow, coin, terms, taskId, requester, worker, evaluator } = await networkHelpers.loadFixture(deploy)
      await expect(escrow.connect(requester).open(terms)).to.emit(escrow, 'TaskOpened')
      await expect(escrow.connect(worker).claim(taskId, terms, worker))
        .to.emit(escrow, 'BondMoved')
        .withArgs(taskId, worker.address, -bond)
      await expect(escrow.connect(worker).submit(taskId, 1, work))
        .to.emit(escrow, 'TaskSubmitted')
        .withArgs(taskId, worker.address, 1, work)
      await expect(escrow.connect(evaluator).decide(terms, { worker, token: 1, deliverable: work }, 10_000)).to.changeTokenBalances(
        ethers,
        coin,
        [escrow, worker],
        [-reward, reward],
      )
      expect((await escrow.taskOf(taskId)).state).to.equal(7n)
    })

    it('pays when the evaluator is silent, on the word of a stranger', async () => {
      const { escrow, coin, terms, taskId, requester, worker, stranger } = await networkHelpers.loadFixture(deploy)
      await escrow.connect(requester).open(terms)
      await escrow.connect(worker).claim(taskId, terms, worker)
      await escrow.connect(worker).submit(taskId, 1, work)
      await networkHelpers.time.increase(3_600 + 60 + 1)
      await expect(escrow.connect(stranger).settle(terms, { worker, token: 1, deliverable: work })).to.changeTokenBalances(
        ethers,
        coin,
        [stranger, worker],
        [0n, reward],
      )
    })
  })

  describe('open', () => {
    it('reverts with the name of a field that is out of range', async () => {
      const { escrow, terms, requester } = await networkHelpers.loadFixture(deploy)
      await expect(escrow.connect(requester).open({ ...terms, epoch: 1n }))
        .to.be.revertedWithCustomError(escrow, 'TermInvalid')
        .withArgs('epoch', 1n)
    })
  })

  describe('claim', () => {
    it('reverts for the second of two', async () => {
      const { chainId, escrow, coin, terms, taskId, requester, worker } = await networkHelpers.loadFixture(deploy)
      await escrow.connect(requester).open(terms)
      await escrow.connect(worker).claim(taskId, terms, worker)
      await escrow.connect(requester).deposit(chainId, requester, coin, bond)
      await expect(escrow.connect(requester).claim(taskId, terms, requester))
        .to.be.revertedWithCustomError(escrow, 'TaskWrongState')
        .withArgs(taskId, 1, 3)
    })
  })

  describe('code', () => {
    it('names in its ABI every error that it can revert with', async () => {
      const { parts } = await networkHelpers.loadFixture(deploy)
      const names: string[] = []
      for (const part of parts) part.interface.forEachError(({ name }) => names.push(name))
      for (const name of ['PaymentGasShort', 'PeerNotLinked', 'CallerNotGateway', 'RequestMalformed', 'SafeERC20FailedOperation'])
        expect(names).to.include(name)
    })
  })
})
