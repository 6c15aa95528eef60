// What all clients written for Node share: they tell a JSON object per line, and are told calls, one per line.

const readline = require("node:readline");

const print = process.stdout.write.bind(process.stdout);

function tell(line) {
  print(`${JSON.stringify(line)}\n`);
}

function text(error) {
  return error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error);
}

// Whatever a client logs as a warning or an error is trouble; what else it says is not for these lines.
for (const level of ["warn", "error"]) {
  console[level] = (...args) => tell({ trouble: args.map((arg) => (typeof arg === "string" ? arg : text(arg))).join(" ") });
}
for (const level of ["log", "info", "debug", "dir"]) console[level] = () => {};
process.on("uncaughtException", (error) => tell({ trouble: text(error) }));
process.on("unhandledRejection", (error) => tell({ trouble: text(error) }));

// Does the calls on standard input one after the other.
async function takeCalls(perform) {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { action, params = {} } = JSON.parse(line);
    try {
      tell({ call: action, result: (await perform(action, params)) ?? null });
    } catch (error) {
      tell({ call: action, error: text(error) });
    }
  }
}

// Calls `heard` with every event that any WebSocket of this process reads, after whoever listens to it.
function afterEachEvent(heard) {
  const { WebSocket } = require("ws");
  const emit = WebSocket.prototype.emit;
  WebSocket.prototype.emit = function (name, data, ...rest) {
    const listened = emit.call(this, name, data, ...rest);
    if (name === "message") {
      const read = JSON.parse(data.toString());
      if ("post_type" in read) heard(read);
    }
    return listened;
  };
}

module.exports = { tell, takeCalls, afterEachEvent };
