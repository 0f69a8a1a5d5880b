// The page keeps one worker a contender, so that each has its own heap and its own compiled code, and asks one at a time.
const workers = new Map();

/** Starts `name`'s worker; `options` are its contender's. */
function start(name, contender, options) {
  const worker = new Worker("worker.js");
  const waiting = [];
  worker.onmessage = ({ data }) => waiting.shift()(data);
  worker.onerror = (event) => waiting.shift()?.({ error: event.message ?? "the worker could not be started" });
  const ask = (message) => new Promise((answer) => {
    waiting.push(answer);
    worker.postMessage(message);
  });
  workers.set(name, ask);
  return ask({ op: "start", contender, options });
}

window.trazoBench = { start, ask: (name, message) => workers.get(name)(message) };
