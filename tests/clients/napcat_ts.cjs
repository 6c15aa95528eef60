// node-napcat-ts: tells what it understands of a bot that speaks NapCat's dialect.
//
//     napcat_ts.cjs ws URL     connects to an implementation
//
// Environment: TOKEN.

const { tell, takeCalls, afterEachEvent } = require("./wire.cjs");

async function main(url) {
  const { NCWebsocket, Structs } = await import(require.resolve("node-napcat-ts"));

  // What it tells its users of the event that it reads just now, and what it logs of it.
  let names = [];
  let why = [];
  console.warn = (...args) => why.push(args.slice(1).join(" "));
  const bot = new NCWebsocket({ baseUrl: url, accessToken: process.env.TOKEN, reconnection: { enable: false } });
  for (const name of ["meta_event", "message", "message_sent", "request", "notice"]) {
    bot.on(name, () => names.push(name));
  }
  afterEachEvent((event) => {
    const told = { event, class: names[0] ?? null, degraded: names.length === 0 || why.length > 0, why };
    // A field of this name is a message where the event is one.
    if (names[0]?.startsWith("message")) {
      told.segments = event.message.map((segment) => segment.type);
    }
    names = [];
    why = [];
    tell(told);
  });
  bot.on("meta_event.lifecycle.connect", (event) => {
    tell({ connected: event.self_id });
    takeCalls((action, params) => {
      // The method of the client where it has one: everything that it knows of.
      if (typeof bot[action] !== "function") throw new Error(`the client has no ${action}`);
      return bot[action](params);
    });
  });
  bot.on("socket.error", (error) => tell({ trouble: JSON.stringify(error) }));
  await bot.connect();
}

main(process.argv[3]);
