// koishi with koishi-plugin-adapter-onebot: tells what it understands of a bot that speaks OneBot 11.
//
//     koishi_onebot.cjs ws URL     connects to an implementation
//     koishi_onebot.cjs listen     waits for one: reverse WebSocket at /onebot
//
// Environment: TOKEN, SELF_ID.

const { createServer } = require("node:net");

const { Context } = require("koishi");
const HTTP = require("@koishijs/plugin-http").default;
const Server = require("@koishijs/plugin-server").default;
const Logger = require("reggol");
const onebot = require("koishi-plugin-adapter-onebot");

const { tell, takeCalls, afterEachEvent } = require("./wire.cjs");

// Sessions of these types say by their subtype what happened; koishi takes any subtype, and knows these.
const NOTICES = ["poke", "lucky-king", "honor", "title"];

Logger.targets.length = 0;
Logger.targets.push({
  colors: 0,
  record(record) {
    if (record.type === "warn" || record.type === "error") tell({ trouble: `${record.name}: ${record.content}` });
  },
});

// koishi tries ports one after the other and has to be told where to begin.
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function main(mode, endpoint) {
  const app = new Context();
  app.plugin(HTTP);
  if (mode === "listen") app.plugin(Server, { host: "127.0.0.1", port: await freePort(), maxPort: 65535 });
  app.plugin(onebot.default, {
    selfId: process.env.SELF_ID,
    token: process.env.TOKEN,
    ...(mode === "listen" ? { protocol: "ws-reverse" } : { protocol: "ws", endpoint }),
  });
  await app.start();
  const bot = app.bots[0];

  // The sessions that reached koishi, by the event that they came from.
  app.on("internal/session", (session) => {
    if (!session.onebot) return;
    const told = { event: session.onebot, class: [session.type, session.subtype].filter(Boolean).join("/") };
    told.degraded = session.type === "notice" && !NOTICES.includes(session.subtype);
    if (["message", "message-created"].includes(session.type)) {
      told.segments = [...(session.quote ? ["reply"] : []), ...session.elements.map((element) => element.type)];
      told.degraded ||= !session.userId || !session.channelId || typeof session.content !== "string";
    }
    tell(told);
  });
  afterEachEvent(async (event) => {
    // The adapter lives by these itself.
    if (event.post_type === "meta_event") return tell({ event, class: "meta", degraded: false });
    try {
      if (await onebot.OneBot.adaptSession(bot, event)) return;
      // What becomes no session reaches nobody.
      tell({ event, class: null, degraded: true });
    } catch (error) {
      tell({ event, class: null, degraded: true, why: String(error) });
    }
  });
  app.on("bot-status-updated", () => {
    if (!bot.isActive || main.connected) return;
    main.connected = true;
    tell({ connected: bot.selfId });
    takeCalls((action, params) => {
      const method = action.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
      const owner = typeof bot[action] === "function" ? bot : bot.internal;
      // Both take what they need one after the other.
      if (typeof owner[method] !== "function") throw new Error(`the client has no ${method}`);
      return owner[method](...Object.values(params));
    });
  });
  if (mode === "listen") tell({ listening: app.server.port });
}

main(...process.argv.slice(2));
