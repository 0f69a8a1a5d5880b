// A contender that dies answers nothing; the bench says so and goes on without its figure.

const MINUTES = 5;

/** `answer`, or `{ error }` when it takes longer than `minutes`. */
export async function within(answer, minutes = MINUTES) {
  let timer;
  const late = new Promise((done) => {
    timer = setTimeout(() => done({ error: `no answer for ${minutes} minutes` }), minutes * 60_000);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
