import { expect, test } from "vitest";
import { FakeRun } from "./fakes/lab";
import { OVER, Parts, STEP } from "./lab-parts";

/** Two workers whose messages arrive when the test says. */
function two() {
  const runs = [new FakeRun(), new FakeRun()] as const;
  const mail: [(Float32Array | number)[], (Float32Array | number)[]] = [[], []];
  const parts = [
    new Parts(runs[0].real, 0, (part) => mail[1].push(part)),
    new Parts(runs[1].real, 1, (part) => mail[0].push(part)),
  ] as const;
  const deliver = (to: 0 | 1): boolean => {
    const part = mail[to].shift();
    if (part !== undefined) parts[to].receive(part);
    return part !== undefined;
  };
  return { runs, parts, mail, deliver };
}

/** What one worker comes to. */
function one(rates: Map<number, number> = new Map()): FakeRun {
  const run = new FakeRun();
  const parts = new Parts(run.real, 0, null);
  for (let unit = parts.work(); unit !== OVER; unit = parts.work()) {
    const rate = rates.get(run.step);
    if (unit === STEP && rate !== undefined) run.setRate(rate);
  }
  return run;
}

test("two workers come to what one comes to, in whatever order they get to work and hear of each other", () => {
  const expected = one();
  expect([expected.step, expected.looked]).toEqual([10, 3]);
  for (let seed = 1; seed <= 50; seed++) {
    let random = seed;
    const below = (count: number): number => {
      random = (random * 48_271) % 2_147_483_647;
      return random % count;
    };
    const { runs, parts, deliver } = two();
    for (let turns = 0; runs[0].parts > 0 || runs[1].parts > 0; turns++) {
      expect(turns).toBeLessThan(10_000);
      const who = below(2) as 0 | 1;
      if (below(2) === 0) deliver(who);
      else parts[who].work();
    }
    expect(runs.map(({ weights }) => weights)).toEqual([expected.weights, expected.weights]);
  }
});

test("nobody is ahead by more than the parts of a batch: where the first one rests both do", () => {
  const { runs, parts, deliver, mail } = two();
  for (let turns = 0; turns < 100; turns++) {
    parts[1].work();
    deliver(1);
  }
  expect(runs[1].taken).toBe(0);
  expect(mail[0]).toHaveLength(1);
});

test("a rate holds from the same step on for both, however late the second one hears of it", () => {
  const expected = one(new Map([[3, 0.5], [7, 2]]));
  expect(expected.weights).not.toBe(one().weights);
  for (const late of [0, 1, 2, 3, 5, 8]) {
    const { runs, parts, mail, deliver } = two();
    for (let turns = 0; runs[0].parts > 0 || runs[1].parts > 0; turns++) {
      expect(turns).toBeLessThan(10_000);
      const said = { 3: 0.5, 7: 2 }[runs[0].step];
      if (said !== undefined && runs[0].rate !== said && parts[0].between) {
        runs[0].setRate(said);
        mail[1].push(said);
      }
      parts[0].work();
      deliver(0);
      if (turns % (late + 1) === 0) while (deliver(1));
      parts[1].work();
    }
    expect(runs.map(({ weights }) => weights)).toEqual([expected.weights, expected.weights]);
  }
});

test("where the second one goes in the middle of a batch the first one does the rest", () => {
  for (let goes = 0; goes < 40; goes++) {
    const { runs, parts, deliver } = two();
    for (let turns = 0; turns < goes; turns++) {
      parts[turns % 2]?.work();
      deliver(0);
      deliver(1);
    }
    parts[0].alone();
    while (parts[0].work() !== OVER);
    expect(runs[0].weights).toBe(one().weights);
  }
});
