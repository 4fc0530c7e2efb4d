import { describe, expect, test } from 'vitest';

import { describeStep } from './describe-step.ts';
import { JobRoll } from './job-roll.ts';
import type { JobStep } from './job-roll.ts';
import { renderBar, renderBoard } from './render-board.ts';
import { UsageLedger } from './usage-ledger.ts';
import type { Quota } from './usage-ledger.ts';

const gpu = { flavor: 'a100', resource: 'nvidia.com/gpu' };
const red: Quota = { clusterQueue: 'red', ...gpu, nominal: 4n, borrowingLimit: 2n };
const blue: Quota = { clusterQueue: 'blue', ...gpu, nominal: 4n, borrowingLimit: undefined };

describe('a bar', () => {
  test.each<{ name: string; usage: bigint; quota: Quota; want: string }>([
    { name: 'is all free when nothing is used', usage: 0n, quota: red, want: '░░░░··' },
    { name: 'fills from the left', usage: 3n, quota: red, want: '███░··' },
    { name: 'goes on with what is borrowed', usage: 5n, quota: red, want: '████▓·' },
    { name: 'shows what is borrowed where there is no limit', usage: 5n, quota: blue, want: '████▓' },
    {
      name: 'stands for several each where there are very many',
      usage: 50n,
      quota: { ...red, nominal: 100n, borrowingLimit: 20n },
      want: `${'█'.repeat(17)}${'░'.repeat(17)}${'·'.repeat(7)}`,
    },
  ])('$name', ({ usage, quota, want }) => expect(renderBar(usage, quota)).toBe(want));
});

test('the board counts the Jobs of each team, draws each flavor and ends with the newest news', () => {
  const roll = new JobRoll(['red/a', 'red/b', 'blue/c']);
  roll.see({ metadata: { namespace: 'red', name: 'a' }, spec: {} }, 0);
  roll.see({ metadata: { namespace: 'red', name: 'b' }, spec: { suspend: true } }, 0);
  const ledger = new UsageLedger([red, blue]);
  ledger.record('a', { clusterQueue: 'red', amounts: [{ ...gpu, amount: 5n }] });
  const news = Array.from({ length: 9 }, (_, index) => `news ${index}`);
  expect(renderBoard({ elapsedMs: 1234, teams: ['red', 'blue'], roll, ledger, news })).toEqual([
    'Quaymaster demo: 3 Jobs of two teams, 1.2 s',
    '',
    '              waiting   running  finished    failed',
    'red                 1         1         0         0',
    'blue                0         0         0         0',
    '',
    'GPUs: █ used  ▓ borrowed  ░ free of the quota  · may be borrowed',
    'a100       red        ████▓·  5 of 4, 1 borrowed',
    '           blue       ░░░░    0 of 4',
    '',
    ...news.slice(1),
  ]);
});

describe('a line about a step', () => {
  const step: JobStep = { key: 'red/a', namespace: 'red', name: 'a', phase: 'running', atMs: 2500 };
  const holding = (amount: bigint) => ({ clusterQueue: 'red', amounts: [{ ...gpu, amount }] });

  test.each<{ name: string; held: bigint; want: string }>([
    { name: 'within the quota', held: 4n, want: 'starts on a100: 4 GPUs' },
    { name: 'beyond the quota', held: 6n, want: 'starts on a100: 6 GPUs, 2 of them borrowed' },
  ])('says what a Job starts on $name', ({ held, want }) => {
    const ledger = new UsageLedger([red]);
    ledger.record('a', holding(held));
    const line = describeStep({ step, startedMs: 1000 }, holding(held), ledger);
    expect(line).toBe(`   1.5 s  red        a ${want}`);
  });

  test('says so when a Job has no GPUs, and no more than that it starts when its place is not known yet', () => {
    const ledger = new UsageLedger([red]);
    const cpu = { clusterQueue: 'red', amounts: [{ flavor: 'a100', resource: 'cpu', amount: 1n }] };
    expect(describeStep({ step, startedMs: 0 }, cpu, ledger)).toMatch(/a starts on a100, without GPUs$/);
    expect(describeStep({ step, startedMs: 0 }, undefined, ledger)).toMatch(/a starts$/);
  });
});
