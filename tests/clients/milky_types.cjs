// @saltify/milky-types: holds every event and every answer of a bot that speaks Milky against the schemas of the protocol.
//
//     milky_types.cjs ws URL     connects to an implementation
//
// Environment: TOKEN.

const { isDeepStrictEqual } = require("node:util");

const { WebSocket } = require("ws");

const { tell, takeCalls } = require("./wire.cjs");

// Everything of `came` that `read` does not have. The schemas leave out, or replace, what is not as they say.
function lost(came, read, place = "") {
  if (came === null || typeof came !== "object") return isDeepStrictEqual(came, read) ? [] : [place];
  if (read === null || typeof read !== "object") return [place];
  const length = Array.isArray(came) && came.length !== read.length ? [`${place}/length`] : [];
  return [...length, ...Object.keys(came).flatMap((key) => lost(came[key], read[key], `${place}/${key}`))];
}

// What a schema says against a value.
function issues(schema, value) {
  const read = schema.safeParse(value);
  if (read.success) return lost(value, read.data);
  return read.error.issues.map((issue) => `/${issue.path.join("/")}: ${issue.message}`);
}

async function main(url) {
  const milky = await import("file://" + require.resolve("@saltify/milky-types"));
  const { z } = await import("file://" + require.resolve("zod", { paths: [require.resolve("@saltify/milky-types")] }));
  const apis = Object.assign({}, ...Object.values(milky.zodApiCategories).map((category) => category.apis));
  // Where there is no schema there is nothing to say.
  const nothing = z.strictObject({});
  const token = process.env.TOKEN;
  const socket = new WebSocket(`${url}?access_token=${token}`);

  socket.on("open", () => {
    tell({ connected: url });
    takeCalls(async (action, params) => {
      const { requestSchema, responseSchema } = apis[action];
      const asked = issues(requestSchema ?? nothing, params);
      if (asked.length > 0) throw new Error(`these are no parameters: ${asked.join("; ")}`);
      const response = await fetch(new URL(`/api/${action}`, url.replace("ws:", "http:")), {
        method: "POST",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        body: JSON.stringify(params),
      });
      const answer = await response.json();
      if (answer.status !== "ok" || answer.retcode !== 0) throw new Error(JSON.stringify(answer));
      const told = issues(responseSchema ?? nothing, answer.data);
      if (told.length > 0) throw new Error(`${told.join("; ")}: ${JSON.stringify(answer.data)}`);
      return answer.data;
    });
  });
  socket.on("error", (error) => tell({ trouble: String(error) }));
  socket.on("message", (data) => {
    const event = JSON.parse(data.toString());
    const wrong = issues(milky.Event, event);
    const told = { event, class: event.event_type, degraded: wrong.length > 0, wrong };
    if (event.event_type === "message_receive") told.segments = event.data.segments.map((segment) => segment.type);
    tell(told);
  });
}

main(process.argv[3]);
